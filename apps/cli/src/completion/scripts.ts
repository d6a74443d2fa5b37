/**
 * What a shell evaluates. The scripts know nothing of the commands: they ask `nereid __complete` for what could stand at the cursor, one
 * candidate a line with its description behind a tab, or `:file` where files are meant.
 */
export const scripts = {
  bash: `# Completion of nereid for bash: source <(nereid completion bash)
_nereid() {
  local line="\${COMP_LINE:0:COMP_POINT}" words=() candidate
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  local cursor="\${words[-1]}"
  # bash itself breaks words at these, and puts what is answered behind the last of them.
  local broken="\${cursor%"\${cursor##*[=:@]}"}"
  COMPREPLY=()
  while IFS=$'\\t' read -r candidate _; do
    if [[ $candidate == :file ]]; then
      compopt -o filenames
      mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "\${cursor#"$broken"}")
    elif [[ $candidate == "$cursor"* ]]; then
      COMPREPLY+=("\${candidate#"$broken"}")
    fi
  done < <(nereid __complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _nereid nereid
`,
  zsh: `#compdef nereid
# Completion of nereid for zsh: source <(nereid completion zsh)
_nereid() {
  local -a shown
  local line
  while IFS= read -r line; do
    if [[ $line == :file ]]; then
      _files
    else
      shown+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    fi
  done < <(nereid __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#shown} )) && _describe nereid shown
}
compdef _nereid nereid
`,
  fish: `# Completion of nereid for fish: nereid completion fish | source
function __nereid_complete
  set -l typed (commandline -opc) (commandline -ct)
  for line in (nereid __complete -- $typed[2..-1] 2>/dev/null)
    if test "$line" = :file
      __fish_complete_path (commandline -ct)
    else
      echo $line
    end
  end
end
complete -c nereid -f -a '(__nereid_complete)'
`,
} as const;
