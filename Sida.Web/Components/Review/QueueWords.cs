using Sida.Web.Review;

namespace Sida.Web.Components.Review;

/// <summary>What states, versions and roles of a review are called.</summary>
internal static class QueueWords
{
    public static string State(ItemState state) => state switch
    {
        ItemState.New => "New",
        ItemState.InWork => "In work",
        ItemState.Submitted => "Waits for review",
        ItemState.Accepted => "Accepted",
        _ => "Sent back",
    };

    public static string Version(VersionKind kind) => kind switch
    {
        VersionKind.Draft => "Draft",
        VersionKind.Submission => "Handed in",
        VersionKind.Correction => "Corrected",
        VersionKind.Restoration => "Restored",
        _ => "Saved",
    };

    public static string Role(ProjectRole role) => role switch
    {
        ProjectRole.Manager => "Manager",
        ProjectRole.Reviewer => "Reviewer",
        _ => "Annotator",
    };

    public static string Sure(Sida.Web.Review.Certainty certainty) => certainty switch
    {
        Sida.Web.Review.Certainty.Sure => "sure",
        Sida.Web.Review.Certainty.FairlySure => "fairly sure",
        _ => "unsure",
    };

    /// <summary>Steps of doubt, before any number.</summary>
    public static string Doubt(double doubt) => doubt switch
    {
        >= 0.66 => "very doubtful",
        >= 0.33 => "doubtful",
        _ => "clear",
    };
}
