namespace Sida.Web.Data.Entities;

/// <summary>Where an analysis is in its life.</summary>
public enum AnalysisState
{
    /// <summary>Waits for its turn.</summary>
    Queued,

    /// <summary>A model works on it.</summary>
    Running,

    /// <summary>Complete.</summary>
    Finished,

    /// <summary>Its owner stopped it.</summary>
    Stopped,

    /// <summary>The engine could not do it; the message says why.</summary>
    Failed,

    /// <summary>The server stopped in the middle of it.</summary>
    Interrupted,
}
