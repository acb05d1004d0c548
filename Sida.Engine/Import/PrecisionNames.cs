namespace Sida.Engine.Import;

/// <summary>The names of precisions on the command line and in manifests.</summary>
public static class PrecisionNames
{
    private static readonly (LanguagePrecision Value, string Name)[] Languages =
    [
        (LanguagePrecision.F32, "f32"), (LanguagePrecision.F16, "f16"), (LanguagePrecision.BF16, "bf16"), (LanguagePrecision.Q8, "q8_0"),
        (LanguagePrecision.Q6K, "q6_k"), (LanguagePrecision.Q5KM, "q5_k_m"), (LanguagePrecision.Q4KM, "q4_k_m"),
    ];

    /// <summary>All names of language precisions, the most precise first.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Languages.Select(entry => entry.Name)];

    /// <summary>The name of a language precision, for instance <c>q4_k_m</c>.</summary>
    public static string NameOf(LanguagePrecision precision) => Languages.Single(entry => entry.Value == precision).Name;

    /// <summary>The name of a vision precision: <c>f32</c> or <c>f16</c>.</summary>
    public static string NameOf(VisionPrecision precision) => precision == VisionPrecision.F32 ? "f32" : "f16";

    /// <summary>The language precision of a name.</summary>
    /// <exception cref="RequestException">No such precision.</exception>
    public static LanguagePrecision ParseLanguage(string name)
    {
        foreach ((LanguagePrecision value, string known) in Languages)
        {
            if (known == name)
            {
                return value;
            }
        }

        throw new RequestException($"--precision {name}: unknown. Use one of {string.Join(", ", All)}.");
    }
}
