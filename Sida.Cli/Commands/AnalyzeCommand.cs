using System.CommandLine;
using Sida.Cli.Output;
using Sida.Engine.Language.Prompts;

namespace Sida.Cli.Commands;

/// <summary>`sida analyze`: pictures in, verdicts, answers and masks out.</summary>
internal static class AnalyzeCommand
{
    private static readonly Argument<string[]> Images = new("image") { Description = "Pictures: JPEG, PNG, WebP, AVIF, TIFF, GIF or BMP.", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string?> Model = new("--model") { Description = "The model package; Sida:Model of appsettings.json, else the bundled one, when absent.", HelpName = "package" };
    private static readonly Option<string?> Prompt = new("--prompt") { Description = "What to ask.", HelpName = "text" };
    private static readonly Option<bool> TrustPrompt = new("--trust-prompt") { Description = "Read <s>, </s>, <im_start> and <im_end> in the prompt as tokens, as the official program does." };
    private static readonly Option<string?> Preset = new("--preset") { Description = "An official question; detect when neither this nor --prompt is given.", HelpName = "detect|explain" };
    private static readonly Option<string?> Answer = new("--answer") { Description = "Score this answer instead of generating one (teacher forcing).", HelpName = "text" };
    private static readonly Option<int?> MaxNewTokens = new("--max-new-tokens") { Description = "Cut the answer after this many tokens.", HelpName = "n" };
    private static readonly Option<float?> Temperature = new("--temperature") { Description = "Sample with this temperature; 0 is greedy. The package's own settings when absent.", HelpName = "t" };
    private static readonly Option<float?> TopP = new("--top-p") { Description = "Sample from the smallest set of tokens with this probability.", HelpName = "p" };
    private static readonly Option<int?> TopK = new("--top-k") { Description = "Sample from the k most probable tokens.", HelpName = "k" };
    private static readonly Option<int?> Seed = new("--seed") { Description = "Seed for sampling.", HelpName = "n" };
    private static readonly Option<string?> Device = new("--device") { Description = "Where the networks run; Sida:Device of appsettings.json when absent.", HelpName = "auto|cpu|cuda[:n]" };
    private static readonly Option<string?> Json = new("--json") { Description = "Write the result as JSON to a file, or - for stdout; several pictures give an array.", HelpName = "file|-" };
    private static readonly Option<string?> Mask = new("--mask") { Description = "Write the first mask as an 8-bit 0/255 PNG.", HelpName = "file.png" };
    private static readonly Option<string?> Overlay = new("--overlay") { Description = "Write the picture with the first mask painted over it.", HelpName = "file.jpg|png" };
    private static readonly Option<string?> Dump = new("--dump") { Description = "Write intermediate tensors as .npy files.", HelpName = "folder" };

    public static Command Create()
    {
        Preset.AcceptOnlyFromAmong("detect", "explain");
        Command command = new("analyze", "Judges pictures: real, fully synthetic or tampered, with the answer and the mask of the tampered region.")
        {
            Images, Model, Prompt, TrustPrompt, Preset, Answer, MaxNewTokens, Temperature, TopP, TopK, Seed, Device, Json, Mask, Overlay, Dump,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(Prompt) is not null && result.GetResult(Preset) is not null)
            {
                result.AddError("Give either --prompt or --preset.");
            }

            foreach (Option<string?> single in (Option<string?>[])[Mask, Overlay, Dump])
            {
                if (result.GetResult(single) is not null && result.GetValue(Images) is { Length: > 1 })
                {
                    result.AddError($"{single.Name} takes one picture; analyse several with --json.");
                }
            }
        });
        Overlay.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } path && !OutputFiles.IsOverlay(path))
            {
                result.AddError($"--overlay {path}: overlays are written as .jpg or .png.");
            }
        });
        command.SetAction((parsed, cancellation) => AnalyzeRun.RunAsync(Read(parsed), cancellation));
        return command;
    }

    private static AnalyzeOptions Read(ParseResult parsed)
    {
        CommandSettings settings = CommandSettings.Load();
        return new AnalyzeOptions
        {
            Images = parsed.GetValue(Images)!,
            Model = parsed.GetValue(Model) ?? settings.RequireModel(),
            Device = parsed.GetValue(Device) ?? settings.Device,
            Prompt = parsed.GetValue(Prompt) ?? PromptPresets.Get(parsed.GetValue(Preset) ?? "detect"),
            TrustPrompt = parsed.GetValue(TrustPrompt),
            Answer = parsed.GetValue(Answer),
            MaxNewTokens = parsed.GetValue(MaxNewTokens),
            Sampling = new SamplingOverrides(parsed.GetValue(Temperature), parsed.GetValue(TopP), parsed.GetValue(TopK), parsed.GetValue(Seed)),
            Json = parsed.GetValue(Json),
            Mask = parsed.GetValue(Mask),
            Overlay = parsed.GetValue(Overlay),
            Dump = parsed.GetValue(Dump),
        };
    }
}
