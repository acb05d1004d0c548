using System.CommandLine;
using Sida.Engine.Evaluation;
using Sida.Engine.Language.Prompts;

namespace Sida.Cli.Commands;

/// <summary>`sida evaluate`: how good a model is on labelled pictures.</summary>
internal static class EvaluateCommand
{
    private static readonly Argument<string> Folder = new("folder") { Description = "A set in the SID_Set layout: SPLIT/{real,full_synthetic,tampered,masks}." };
    private static readonly Option<string> Split = new("--split") { Description = "The split to measure on.", HelpName = "name", DefaultValueFactory = _ => "validation" };
    private static readonly Option<string?> Model = new("--model") { Description = "The model package; Sida:Model of appsettings.json, else the bundled one, when absent.", HelpName = "package" };
    private static readonly Option<string> Protocol = new("--protocol") { Description = "Only the question as input, or the paper's protocol with the true answer as input.", HelpName = "generated|teacher-forced", DefaultValueFactory = _ => "generated" };
    private static readonly Option<string> Preset = new("--preset") { Description = "The official question.", HelpName = "detect|explain", DefaultValueFactory = _ => "detect" };
    private static readonly Option<int?> Limit = new("--limit") { Description = "Only so many pictures of each class, spread over the set.", HelpName = "n" };
    private static readonly Option<string?> Device = new("--device") { Description = "Where the networks run; Sida:Device of appsettings.json when absent.", HelpName = "auto|cpu|cuda[:n]" };
    private static readonly Option<string?> Json = new("--json") { Description = "Write the report with every picture as JSON to a file, or - for stdout.", HelpName = "file|-" };
    private static readonly Option<bool> Record = new("--record") { Description = "Write the figures into the package's manifest and model card." };

    public static Command Create()
    {
        Protocol.AcceptOnlyFromAmong("generated", "teacher-forced");
        Preset.AcceptOnlyFromAmong("detect", "explain");
        Limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1)
            {
                result.AddError("--limit takes at least 1 picture.");
            }
        });
        Command command = new("evaluate", "Measures a model on labelled pictures: accuracy, precision, recall, F1 and ROC-AUC of verdicts; IoU, F1 and ROC-AUC of masks.")
        {
            Folder, Split, Model, Protocol, Preset, Limit, Device, Json, Record,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Record) && (result.GetValue(Limit) is not null || result.GetValue(Protocol) == "teacher-forced"))
            {
                result.AddError("--record takes the figures of the whole split by the generated protocol: leave out --limit and --protocol.");
            }
        });
        command.SetAction((parsed, cancellation) => EvaluateRun.RunAsync(Read(parsed), cancellation));
        return command;
    }

    private static EvaluateOptions Read(ParseResult parsed)
    {
        CommandSettings settings = CommandSettings.Load();
        return new EvaluateOptions
        {
            Folder = parsed.GetValue(Folder)!,
            Split = parsed.GetValue(Split)!,
            Model = parsed.GetValue(Model) ?? settings.RequireModel(),
            Device = parsed.GetValue(Device) ?? settings.Device,
            Json = parsed.GetValue(Json),
            Record = parsed.GetValue(Record),
            Evaluation = new EvaluationOptions
            {
                Protocol = parsed.GetValue(Protocol) == "teacher-forced" ? EvaluationProtocol.TeacherForced : EvaluationProtocol.Generated,
                Prompt = PromptPresets.Get(parsed.GetValue(Preset)!),
                LimitPerClass = parsed.GetValue(Limit),
            },
        };
    }
}

/// <summary>What `sida evaluate` was asked to do.</summary>
internal sealed record EvaluateOptions
{
    public required string Folder { get; init; }

    public required string Split { get; init; }

    public required string Model { get; init; }

    public required string Device { get; init; }

    public string? Json { get; init; }

    public bool Record { get; init; }

    public required EvaluationOptions Evaluation { get; init; }
}
