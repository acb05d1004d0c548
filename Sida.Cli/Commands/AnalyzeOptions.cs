using Sida.Engine.Language.Sampling;

namespace Sida.Cli.Commands;

/// <summary>What `sida analyze` was asked to do.</summary>
internal sealed record AnalyzeOptions
{
    public required IReadOnlyList<string> Images { get; init; }

    public required string Model { get; init; }

    public required string Device { get; init; }

    public required string Prompt { get; init; }

    public bool TrustPrompt { get; init; }

    public string? Answer { get; init; }

    public int? MaxNewTokens { get; init; }

    public required SamplingOverrides Sampling { get; init; }

    public string? Json { get; init; }

    public string? Mask { get; init; }

    public string? Overlay { get; init; }

    public string? Dump { get; init; }
}

/// <summary>Sampling settings given on the command line; null leaves the package's own.</summary>
internal sealed record SamplingOverrides(float? Temperature, float? TopP, int? TopK, int? Seed)
{
    /// <summary>The package's settings with these on top; naming a temperature above 0, top-p or top-k asks for sampling.</summary>
    public SamplingSettings Apply(SamplingSettings own) => own with
    {
        DoSample = Temperature is { } asked ? asked > 0 : own.DoSample || TopP is not null || TopK is not null,
        Temperature = Temperature is > 0 and { } temperature ? temperature : own.Temperature,
        TopP = TopP ?? own.TopP,
        TopK = TopK ?? own.TopK,
        Seed = Seed is { } seed ? (ulong)seed : own.Seed,
    };
}
