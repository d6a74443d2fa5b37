/**
 * `GET /console?vm=<uuid>` as a WebSocket: the session at an instance's console that `OpenVmConsole` made. Besides the subprotocol
 * `nereid.console.v1` the token is offered, as `token.<token>`; the session's cookie and the portal's own Origin are needed. Frames flow
 * once the door has said `alive`. What is refused is closed with `consoleCloseCodes.refused` and the error's code as the reason.
 */
export const consolePath = '/console';
