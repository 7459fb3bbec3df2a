import { VALUE_FLAGS } from './value-flags.js';

/**
 * The completion scripts that shells source. All three get candidates from the hidden command
 * `skupper multikeylistener __complete`. They run `skupper` only from an absolute folder of the PATH, and pass the topics of
 * Skupper's own program to the completion that was registered before.
 */

const BASH = `# bash completion of skupper multikeylistener
_skupper_multikeylistener() {
  local -a words=("\${COMP_WORDS[@]:1:COMP_CWORD-1}")
  local topic= skip= word
  for word in "\${words[@]}"; do
    if [[ -n $skip ]]; then skip=; continue; fi
    case $word in
      ${[...VALUE_FLAGS].join('|')}) skip=1 ;;
      -*) ;;
      *) topic=$word; break ;;
    esac
  done
  COMPREPLY=()
  case $topic in
    multikeylistener|mkl) ;;
    '') [[ -n \${_skupper_multikeylistener_before-} ]] && "$_skupper_multikeylistener_before" "$@" ;;
    *) [[ -n \${_skupper_multikeylistener_before-} ]] && "$_skupper_multikeylistener_before" "$@"; return ;;
  esac
  local program line=\${COMP_LINE:0:COMP_POINT} value
  program=$(type -P skupper) && [[ $program == /* ]] || return
  # readline replaces only what follows the last = or : of the word.
  word=\${COMP_WORDS[COMP_CWORD]}
  local head=\${line##*[[:space:]]}
  case $word in
    =|:) ;;
    [\\"\\']*) head= ;;
    *) head=\${head%"$word"} ;;
  esac
  while IFS=$'\\t' read -r value _; do
    case $value in
      :*)
        (( \${value#:} & 2 )) && compopt -o nospace 2>/dev/null
        if (( \${value#:} & 16 )); then compopt -o dirnames 2>/dev/null
        elif (( (\${value#:} & 4) == 0 )); then compopt -o default 2>/dev/null
        fi
        ;;
      *) COMPREPLY+=("\${value#"$head"}") ;;
    esac
  done < <("$program" multikeylistener __complete --line "$line" 2>/dev/null </dev/null)
}
if [[ $(complete -p skupper 2>/dev/null) =~ \\ -F\\ ([^ ]+) && \${BASH_REMATCH[1]} != _skupper_multikeylistener ]]; then
  _skupper_multikeylistener_before=\${BASH_REMATCH[1]}
fi
complete -F _skupper_multikeylistener skupper
`;

const ZSH = `#compdef skupper
# zsh completion of skupper multikeylistener
_skupper_multikeylistener() {
  local topic= skip= word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ -n $skip ]]; then skip=; continue; fi
    case $word in
      (${[...VALUE_FLAGS].join('|')}) skip=1 ;;
      (-*) ;;
      (*) topic=$word; break ;;
    esac
  done
  local status_before=1
  case $topic in
    (multikeylistener|mkl) ;;
    ('') [[ -n \${_skupper_multikeylistener_before-} ]] && $_skupper_multikeylistener_before && status_before=0 ;;
    (*) [[ -n \${_skupper_multikeylistener_before-} ]] && $_skupper_multikeylistener_before; return ;;
  esac
  local program=\${commands[skupper]} line value description
  [[ $program == /* ]] || return $status_before
  local -a found
  local -i directive=4
  for line in "\${(@f)$("$program" multikeylistener __complete -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null </dev/null)}"; do
    if [[ $line == :* ]]; then directive=\${line#:}; continue; fi
    value=\${line%%$'\\t'*} description=\${line#*$'\\t'}
    [[ -n $value ]] && found+=("\${value//:/\\\\:}\${description:+:$description}")
  done
  if (( directive & 16 )); then _files -/
  elif (( (directive & 4) == 0 )); then _files
  elif (( directive & 2 )); then _describe -V skupper found -S ''
  else _describe -V skupper found
  fi
}
[[ \${_comps[skupper]-} == (|_skupper_multikeylistener) ]] || _skupper_multikeylistener_before=$_comps[skupper]
if [[ \${funcstack[1]-} == _skupper* ]]; then
  _skupper_multikeylistener "$@"
else
  compdef _skupper_multikeylistener skupper
fi
`;

const FISH = `# fish completion of skupper multikeylistener
function __skupper_multikeylistener_topic
    set -l skip
    for word in (commandline -opc)[2..]
        if test -n "$skip"
            set skip
            continue
        end
        switch $word
            case ${[...VALUE_FLAGS].join(' ')}
                set skip 1
            case '-*'
            case '*'
                echo $word
                return
        end
    end
end
function __skupper_multikeylistener_ask
    set -g __skupper_multikeylistener_found
    set -l program (command -s skupper)
    string match -q '/*' -- $program; or return 1
    set -l lines ($program multikeylistener __complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null </dev/null)
    test (count $lines) -gt 0; or return 1
    set -l directive (string sub -s 2 -- $lines[-1])
    set -e lines[-1]
    set -g __skupper_multikeylistener_found $lines
    # Without an answer fish completes files.
    test (math "bitand($directive, 4)") -ne 0
end
function __skupper_multikeylistener_ours
    contains -- (__skupper_multikeylistener_topic) multikeylistener mkl
    and __skupper_multikeylistener_ask
end
function __skupper_multikeylistener_first
    test -z (__skupper_multikeylistener_topic)
end
complete -c skupper -n __skupper_multikeylistener_first -a multikeylistener -d 'Create, update, inspect and delete MultiKeyListeners'
complete -c skupper -n __skupper_multikeylistener_first -a mkl -d 'Short for multikeylistener'
complete -c skupper -n __skupper_multikeylistener_ours -f -k -a '$__skupper_multikeylistener_found'
`;

/** The script of each shell. */
export const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const;

export type Shell = keyof typeof SCRIPTS;
