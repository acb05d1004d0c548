using System.Text.Json.Serialization;

namespace Sida.Engine.Evaluation;

/// <summary>What the model is given.</summary>
public enum EvaluationProtocol
{
    /// <summary>The question only, as a user asks it: the model writes its answer; a wrong verdict or a missing [SEG] means an empty mask.</summary>
    [JsonStringEnumMemberName("generated")]
    Generated,

    /// <summary>
    /// The paper's: the true answer is part of the input. The verdict is read before it, so it can't be copied; masks are taken from
    /// the true [SEG] of tampered pictures, whatever the verdict was.
    /// </summary>
    [JsonStringEnumMemberName("teacher-forced")]
    TeacherForced,
}

/// <summary>How a set is evaluated.</summary>
public sealed record EvaluationOptions
{
    /// <summary>What the model is given.</summary>
    public EvaluationProtocol Protocol { get; init; }

    /// <summary>The question.</summary>
    public required string Prompt { get; init; }

    /// <summary>Pictures in work at once.</summary>
    public int Concurrency { get; init; } = 2;

    /// <summary>Only so many pictures of each class, spread over the set; null for all.</summary>
    public int? LimitPerClass { get; init; }
}

/// <summary>How far an evaluation is.</summary>
/// <param name="Done">Pictures done.</param>
/// <param name="Total">Pictures in all.</param>
/// <param name="Right">Right verdicts so far.</param>
public readonly record struct EvaluationProgress(int Done, int Total, int Right);
