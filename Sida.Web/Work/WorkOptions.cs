using System.ComponentModel.DataAnnotations;

namespace Sida.Web.Work;

/// <summary>How much may be asked at once.</summary>
internal sealed class WorkOptions
{
    public const string Section = "Sida:Work";

    /// <summary>Analyses that run at the same time; a model batches their answers.</summary>
    [Range(1, 256, ErrorMessage = "Sida:Work:MaxRunning must be between 1 and 256.")]
    public int MaxRunning { get; init; } = 8;

    /// <summary>Analyses of one owner that run at the same time, so that one can't keep the others out.</summary>
    [Range(1, 256, ErrorMessage = "Sida:Work:MaxRunningPerOwner must be between 1 and 256.")]
    public int MaxRunningPerOwner { get; init; } = 4;

    /// <summary>Analyses that may wait.</summary>
    [Range(0, 100_000, ErrorMessage = "Sida:Work:MaxQueued must be between 0 and 100000.")]
    public int MaxQueued { get; init; } = 200;

    /// <summary>Analyses of one owner that may wait or run.</summary>
    [Range(1, 100_000, ErrorMessage = "Sida:Work:MaxPerOwner must be between 1 and 100000.")]
    public int MaxPerOwner { get; init; } = 32;

    /// <summary>Characters of a question.</summary>
    [Range(16, 1_000_000, ErrorMessage = "Sida:Work:MaxQuestionLength must be between 16 and 1000000.")]
    public int MaxQuestionLength { get; init; } = 4000;

    /// <summary>Earlier questions about the same picture that the model is shown with a new one.</summary>
    [Range(0, 100, ErrorMessage = "Sida:Work:HistoryTurns must be between 0 and 100.")]
    public int HistoryTurns { get; init; } = 3;

    /// <summary>Tokens that anybody may ask for in one answer.</summary>
    [Range(1, 100_000, ErrorMessage = "Sida:Work:MaxNewTokens must be between 1 and 100000.")]
    public int MaxNewTokens { get; init; } = 2048;

    /// <summary>How long one analysis may take before it is given up.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ErrorMessage = "Sida:Work:Timeout must be between one second and a day, written as d.hh:mm:ss.")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(30);
}
