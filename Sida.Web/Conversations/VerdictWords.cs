using Sida.Engine;

namespace Sida.Web.Conversations;

/// <summary>Verdicts as people type them into the search box.</summary>
internal static class VerdictWords
{
    public static Verdict? Find(string search) => search.Trim().ToUpperInvariant() switch
    {
        "REAL" => Verdict.Real,
        "SYNTHETIC" or "FULLY SYNTHETIC" or "FULL SYNTHETIC" => Verdict.FullSynthetic,
        "TAMPERED" => Verdict.Tampered,
        _ => null,
    };
}
