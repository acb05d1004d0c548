using Sida.Engine.Language.Prompts;

namespace Sida.Web.Components.Chat;

/// <summary>The questions that are one click away. The model gets the official words to the letter; people read the short ones.</summary>
internal static class Presets
{
    /// <summary>Asks for the verdict, and for the region: the authors publish one question for both.</summary>
    public static readonly IReadOnlyList<Preset> All =
    [
        new("Real or fake?", PromptPresets.Detect),
        new("Where?", PromptPresets.Detect),
        new("Explain why", PromptPresets.Explain),
    ];

    /// <summary>What people read in place of an official question.</summary>
    public static string Readable(string text) => text switch
    {
        PromptPresets.Detect => "Real or fake, and where?",
        PromptPresets.Explain => "Real or fake, where, and why?",
        _ => text,
    };
}

/// <summary>A ready question.</summary>
/// <param name="Name">What people read.</param>
/// <param name="Prompt">What the model gets.</param>
internal sealed record Preset(string Name, string Prompt);
