namespace Sida.Web.Review;

/// <summary>Where an item is on its way.</summary>
public enum ItemState
{
    /// <summary>Nobody works on it.</summary>
    New,

    /// <summary>Somebody works on it, or not all annotations that are wanted are in.</summary>
    InWork,

    /// <summary>It waits for a reviewer.</summary>
    Submitted,

    /// <summary>Decided: its annotation counts.</summary>
    Accepted,

    /// <summary>A reviewer sent it back, with a reason.</summary>
    Returned,
}
