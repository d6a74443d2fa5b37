/** JSON values as block YAML. Texts are quoted wherever YAML would read them as something else; keys keep their order. */
export function yaml(value: unknown): string {
  return `${block(value, '').replace(/^\n/, '')}\n`;
}

function block(value: unknown, indent: string): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return value.map((each) => `\n${indent}- ${block(each, `${indent}  `).replace(/^\n\s*/, '')}`).join('');
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined);
    if (entries.length === 0) return '{}';
    return entries.map(([key, each]) => `\n${indent}${scalar(key)}:${separated(each, indent)}`).join('');
  }
  return scalar(value);
}

function separated(value: unknown, indent: string): string {
  const text = block(value, `${indent}  `);
  return text.startsWith('\n') ? text : ` ${text}`;
}

function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value ?? null);
  // Words that cannot be taken for a number, a date, a truth value or syntax stand as they are.
  const isPlain = /^[A-Za-z_/][\w./@+-]*( [\w./@+-]+)*$/.test(value) && !/^(true|false|yes|no|on|off|null|y|n|nan|inf)$/i.test(value);
  return isPlain ? value : JSON.stringify(value);
}
