using Sida.Engine;

namespace Sida.Web.Review.Formats;

/// <summary>Where things lie in SID_Set.</summary>
internal static class SidSetLayout
{
    public const string Masks = "masks";
    public const string Descriptions = "description";
    public const string Facts = "facts.jsonl";

    /// <summary>Folders by verdict.</summary>
    public static IReadOnlyList<string> Classes { get; } = ["real", "full_synthetic", "tampered"];

    public static string Folder(Split split) => split.ToString().ToLowerInvariant();

    public static string Folder(Verdict verdict) => Classes[(int)verdict];

    public static string Mask(string stem) => $"{Masks}/{stem}_mask.png";

    public static string Description(string classFolder) => $"{Descriptions}/{classFolder}_GT.json";
}
