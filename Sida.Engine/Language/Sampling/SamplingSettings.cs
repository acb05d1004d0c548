using System.Globalization;

namespace Sida.Engine.Language.Sampling;

/// <summary>How the next token is chosen, with the meanings of transformers 4.31's GenerationConfig.</summary>
public sealed record SamplingSettings
{
    /// <summary>The most probable token.</summary>
    public static SamplingSettings Greedy { get; } = new();

    /// <summary>Draw from the distribution; otherwise the most probable token is taken and temperature, top-k and top-p have no effect.</summary>
    public bool DoSample { get; init; }

    /// <summary>Divides the logits; above 0.</summary>
    public float Temperature { get; init; } = 1;

    /// <summary>Keeps the k most probable tokens; 0 keeps all.</summary>
    public int TopK { get; init; } = 50;

    /// <summary>Keeps the smallest set of most probable tokens whose probability reaches this, above 0 to 1; 1 keeps all.</summary>
    public float TopP { get; init; } = 1;

    /// <summary>Makes tokens that occurred in prompt or answer less likely; above 0, 1 changes nothing. Acts on greedy decoding too.</summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>Makes draws repeatable; null for a new seed each time.</summary>
    public ulong? Seed { get; init; }

    /// <exception cref="RequestException">A value is out of range.</exception>
    internal void Check()
    {
        Require(Temperature > 0 && float.IsFinite(Temperature), "temperature", Temperature, "above 0");
        Require(TopK >= 0, "top-k", TopK, "at least 0");
        Require(TopP is > 0 and <= 1, "top-p", TopP, "above 0 and at most 1");
        Require(RepetitionPenalty > 0 && float.IsFinite(RepetitionPenalty), "repetition penalty", RepetitionPenalty, "above 0");
    }

    private static void Require(bool condition, string name, float value, string range)
    {
        if (!condition)
        {
            throw new RequestException(string.Create(CultureInfo.InvariantCulture, $"The {name} is {value}; it must be {range}."));
        }
    }
}
