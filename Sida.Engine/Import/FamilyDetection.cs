using Sida.Engine.Models;

namespace Sida.Engine.Import;

/// <summary>Which official program a checkpoint belongs to, when the user does not say.</summary>
internal static class FamilyDetection
{
    /// <summary>
    /// The description family when the checkpoint's name contains "description" or its vocabulary has [END], the token that only
    /// train_SIDA_description.py adds.
    /// </summary>
    public static ModelFamily Detect(string checkpointName, IReadOnlyDictionary<string, int> addedTokens) =>
        checkpointName.Contains("description", StringComparison.OrdinalIgnoreCase) || addedTokens.ContainsKey("[END]")
            ? ModelFamily.SidaDescription
            : ModelFamily.Sida;
}
