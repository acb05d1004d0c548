using System.Globalization;

namespace Sida.Engine.Language.Sampling;

/// <summary>How the next token is chosen, with the meanings of transformers 4.31's GenerationConfig.</summary>
public sealed record SamplingSettings
{
    /// <summary>Below it, logits would leave the range of a float.</summary>
    public const float LeastTemperature = 1e-6f;

    /// <summary>The most probable token.</summary>
    public static SamplingSettings Greedy { get; } = new();

    /// <summary>Draw from the distribution; otherwise the most probable token is taken and temperature, top-k and top-p have no effect.</summary>
    public bool DoSample { get; init; }

    /// <summary>Divides the logits; at least <see cref="LeastTemperature"/>.</summary>
    public float Temperature { get; init; } = 1;

    /// <summary>Keeps the k most probable tokens; 0 keeps all.</summary>
    public int TopK { get; init; } = 50;

    /// <summary>Keeps the smallest set of most probable tokens whose probability reaches this, 0..1; 1 keeps all, 0 only the first.</summary>
    public float TopP { get; init; } = 1;

    /// <summary>Makes tokens that occurred in prompt or answer less likely; above 0, 1 changes nothing. Acts on greedy decoding too.</summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>Makes draws repeatable; null for a new seed each time.</summary>
    public ulong? Seed { get; init; }

    /// <exception cref="RequestException">A value is out of range.</exception>
    internal void Check()
    {
        Require(Temperature >= LeastTemperature && float.IsFinite(Temperature), "temperature", Temperature, "at least 0.000001");
        Require(TopK >= 0, "top-k", TopK, "at least 0");
        Require(TopP is >= 0 and <= 1, "top-p", TopP, "0 to 1");
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
