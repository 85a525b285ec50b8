import { type CompletedCommand, everyCommand, type Value } from "./tree.ts";

/** A script for Windows PowerShell 5.1 and later: `o365-connect completions powershell | Out-String | Invoke-Expression`. */
export function powershellScript(program: CompletedCommand): string {
  const commands = everyCommand(program);
  const withValue = commands.flatMap((command) =>
    command.options.filter(({ value }) => value !== null).flatMap((option) =>
      option.flags.map((flag) => [`${command.path}|${flag}`, wordsOf(option.value)] as const)
    )
  );
  return `# Completion of ${program.name} for PowerShell.
Register-ArgumentCompleter -Native -CommandName '${program.name}', '${program.name}.exe' -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $steps = @{
${commands.flatMap(({ commands }) => commands).map(stepLine).join("\n")}
  }
  # What an option that takes a value offers; nothing: files.
  $values = @{
${withValue.map(([key, words]) => `    ${quoted(key)} = @(${words.map(quoted).join(", ")})`).join("\n")}
  }
  $offers = @{
${commands.map(offerLines).join("\n")}
  }
  $at = ''
  $expects = $null
  foreach ($element in ($commandAst.CommandElements | Select-Object -Skip 1)) {
    if ($element.Extent.EndOffset -ge $cursorPosition -and $wordToComplete -ne '') { break }
    $word = $element.Extent.Text
    if ($null -ne $expects) { $expects = $null; continue }
    if ($steps.ContainsKey("$at|$word")) { $at = $steps["$at|$word"]; continue }
    foreach ($key in @("$at|$word", "|$word")) {
      if ($null -eq $expects -and $values.ContainsKey($key)) { $expects = $key }
    }
  }
  if ($null -ne $expects) {
    $values[$expects] | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
      [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
    return
  }
  $found = @($offers[$at])
  if ($at -ne '') { $found += @($offers[''] | Where-Object { $_[0].StartsWith('-') }) }
  $found | Where-Object { $_[0] -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterName', $_[1])
  }
}
`;
}

function stepLine({ path, name }: CompletedCommand): string {
  const parent = path.slice(0, path.length - name.length).trim();
  return `    ${quoted(`${parent}|${name}`)} = ${quoted(path)}`;
}

function offerLines({ path, commands, options, argument }: CompletedCommand): string {
  const entries = [
    ...commands.map(({ name, description }) => entry(name, description)),
    ...wordsOf(argument).map((word) => entry(word, word)),
    ...options.flatMap(({ flags, description }) => flags.map((flag) => entry(flag, description))),
  ];
  // Without the comma before a pair, PowerShell would make one flat list of a single pair.
  return `    ${quoted(path)} = @(\n${entries.map((one) => `      ${one}`).join("\n")}\n    )`;
}

function entry(name: string, description: string): string {
  return `, @(${quoted(name)}, ${quoted(description === "" ? name : description)})`;
}

function wordsOf(value: Value | null): readonly string[] {
  return value?.kind === "words" ? value.words : [];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
