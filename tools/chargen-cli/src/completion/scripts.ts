/** Each asks `chargen __complete` with the words so far; the last of them is the one that is being written. */
export const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `# chargen completion for bash. Add to ~/.bashrc: source <(chargen completion bash)
_chargen() {
  local IFS=$'\\n'
  COMPREPLY=($(chargen __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _chargen chargen
`,
  zsh: `#compdef chargen
# chargen completion for zsh. Add to ~/.zshrc: source <(chargen completion zsh)
_chargen() {
  local -a found
  found=("\${(@f)$(chargen __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -Q -- $found
}
compdef _chargen chargen
`,
  fish: `# chargen completion for fish. Save as ~/.config/fish/completions/chargen.fish
complete -c chargen -f -a '(chargen __complete -- (commandline -opc)[2..-1] (commandline -ct))'
`,
};
