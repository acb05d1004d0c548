using System.Text.RegularExpressions;

namespace Sida.Web.Review.Forensics;

/// <summary>
/// Finds entries in which a program names itself or its settings: what image generators write by default, and what standards have for it.
/// Anyone can write or remove them, so finding none says nothing.
/// </summary>
internal static partial class GeneratorTags
{
    private const int MostShown = 400;

    /// <summary>Names of entries that generators' interfaces write into PNG: AUTOMATIC1111, ComfyUI, InvokeAI, NovelAI, Fooocus.</summary>
    private static readonly HashSet<string> Settings = new(StringComparer.OrdinalIgnoreCase)
    {
        "parameters", "prompt", "workflow", "Dream", "sd-metadata", "invokeai_metadata", "invokeai_graph", "generation_data", "fooocus_scheme", "AIGC",
    };

    private static readonly HashSet<string> Programs = new(StringComparer.OrdinalIgnoreCase)
    {
        "Software", "CreatorTool", "Processing Software", "Originating Program", "Program Version", "HistorySoftwareAgent", "Credit", "DigitalSourceType", "Source",
    };

    public static IReadOnlyList<GeneratorTag> Find(IEnumerable<FactGroup> groups) =>
    [
        .. from kind in groups
           from fact in kind.Entries
           let settings = Settings.Contains(fact.Name) || SettingsText().IsMatch(fact.Value)
           let generated = settings || GeneratedSource().IsMatch(fact.Value) || (Programs.Contains(fact.Name) && KnownGenerator().IsMatch(fact.Value))
           where settings || generated || Programs.Contains(fact.Name)
           select new GeneratorTag(kind.Name, fact.Name, MetadataBlocks.Readable(fact.Value, MostShown), generated),
    ];

    /// <summary>Settings of a diffusion model as AUTOMATIC1111 and others write them, wherever they stand.</summary>
    [GeneratedRegex(@"\bSteps: \d+.{0,200}\bSampler: ", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex SettingsText();

    /// <summary>IPTC's digital source types of generated media (cv.iptc.org, digitalsourcetype).</summary>
    [GeneratedRegex(@"\b(?:trainedAlgorithmicMedia|compositeWithTrainedAlgorithmicMedia|algorithmicMedia|compositeSynthetic)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex GeneratedSource();

    [GeneratedRegex(
        @"\b(?:Stable ?Diffusion|Midjourney|DALL[·-]?E|NovelAI|ComfyUI|InvokeAI|Firefly|Imagen|Made with Google AI|Flux|Ideogram|Leonardo\.?Ai|Fooocus|GPT-4o|ChatGPT|Grok|Bing Image Creator)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex KnownGenerator();
}
