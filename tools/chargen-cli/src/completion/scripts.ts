/** Each asks `chargen __complete` with the words so far; the last of them is the one that is being written. */
export const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `# chargen completion for bash. Add to ~/.bashrc: source <(chargen completion bash)
_chargen() {
  local IFS=$'\\n'
  COMPREPLY=($(chargen __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  # "mara/" is half of a name: its scene follows without a space.
  [[ \${COMPREPLY[0]} == */ ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -o default -F _chargen chargen
`,
  zsh: `#compdef chargen
# chargen completion for zsh. Add to ~/.zshrc: source <(chargen completion zsh)
_chargen() {
  local -a found
  found=(\${(f)"$(chargen __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  (( $#found )) || return 1
  # "mara/" is half of a name: its scene follows without a space.
  if [[ "$found[1]" == */ ]]; then compadd -Q -S '' -- $found; else compadd -Q -- $found; fi
}
# A plain .zshrc has not switched completion on.
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
compdef _chargen chargen
`,
  fish: `# chargen completion for fish. Save as ~/.config/fish/completions/chargen.fish
complete -c chargen -f -a '(chargen __complete -- (commandline -opc)[2..-1] (commandline -ct))'
`,
};
