using System.CommandLine;
using Sida.Cli.Output;
using Sida.Engine.Import;
using Sida.Engine.Models;

namespace Sida.Cli.Commands;

/// <summary>`sida import`: a published checkpoint becomes a model package.</summary>
internal static class ImportCommand
{
    private static readonly Argument<string> CheckpointArgument = new("checkpoint") { Description = "Folder in HuggingFace layout, or a hub id such as owner/name or owner/name@revision.", HelpName = "folder | hub id" };
    private static readonly Option<string> Tower = new("--vision-tower") { Description = "Folder or hub id of the CLIP tower, usually openai/clip-vit-large-patch14.", HelpName = "folder | hub id", Required = true };
    private static readonly Option<string> Output = new("--out") { Description = "The package folder to make; it must not exist yet.", HelpName = "folder", Required = true };
    private static readonly Option<string> Family = Choice("--family", "Which official program to reproduce; auto looks at the checkpoint's name and its [END] token.", "auto", "sida", "sida-description");
    private static readonly Option<string> Conversation = Choice("--conversation", "Conversation template.", "llava_v1", "llava_llama_2");
    private static readonly Option<string> Precision = Choice("--precision", "Number type of the language model.", ["bf16", .. PrecisionNames.All.Where(name => name != "bf16")]);
    private static readonly Option<string> Vision = Choice("--vision-precision", "Number type of the vision networks.", "f32", "f16");
    private static readonly Option<string?> Name = new("--name") { Description = "Name of the model; the checkpoint's own name when absent.", HelpName = "name" };

    public static Command Create()
    {
        Command command = new("import", "Turns a published checkpoint into a model package that `sida analyze` and the web app load.")
        {
            CheckpointArgument, Tower, Output, Family, Conversation, Precision, Vision, Name,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        using ProgressLine line = new();
        SourceFolder checkpoint = await SourceFolder.FindAsync(parsed.GetValue(CheckpointArgument)!, line, cancellation);
        SourceFolder tower = await SourceFolder.FindAsync(parsed.GetValue(Tower)!, line, cancellation);
        ImportOptions options = new()
        {
            CheckpointFolder = checkpoint.Folder,
            CheckpointSource = checkpoint.Name,
            Revision = checkpoint.Revision,
            Licence = checkpoint.Licence,
            VisionTowerFolder = tower.Folder,
            VisionTowerSource = tower.Name,
            Output = parsed.GetValue(Output)!,
            Family = FamilyOf(parsed.GetValue(Family)!),
            Conversation = parsed.GetValue(Conversation)!,
            Precision = PrecisionNames.ParseLanguage(parsed.GetValue(Precision)!),
            VisionPrecision = parsed.GetValue(Vision) == "f16" ? VisionPrecision.F16 : VisionPrecision.F32,
            Name = parsed.GetValue(Name),
        };
        ImportDisplay display = new(line);
        ModelPackage package = await CheckpointImporter.ImportAsync(options, display, cancellation);
        display.Finish(package);
        return ExitCode.Success;
    }

    private static ModelFamily? FamilyOf(string text) => text switch
    {
        "sida" => ModelFamily.Sida,
        "sida-description" => ModelFamily.SidaDescription,
        _ => null,
    };

    /// <summary>An option with a closed set of values; the first is the default.</summary>
    private static Option<string> Choice(string name, string description, params string[] values)
    {
        Option<string> option = new(name) { Description = description, DefaultValueFactory = _ => values[0] };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
