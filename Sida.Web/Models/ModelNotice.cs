using Sida.Engine.Models;

namespace Sida.Web.Models;

/// <summary>What must stand beside everything that some models say.</summary>
internal static class ModelNotice
{
    public const string Demonstration = "This is the demonstration model: it is small, often wrong, and not for decisions.";

    /// <param name="model">The model's id, the name of its package folder.</param>
    /// <returns>One sentence; null for models of whom nothing needs to be said.</returns>
    public static string? For(string model) => model switch
    {
        StandIn.Id => StandIn.Warning,
        BundledModel.Id => Demonstration,
        _ => null,
    };
}
