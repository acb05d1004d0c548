using System.CommandLine;
using Sida.Cli;
using Sida.Cli.Commands;

RootCommand root = new("Sida tells whether a picture is real, fully synthetic or tampered, and where and why.")
{
    AnalyzeCommand.Create(),
    EvaluateCommand.Create(),
    ImportCommand.Create(),
    TokenizeCommand.Create(),
};

return await CommandRunner.RunAsync(root, args);
