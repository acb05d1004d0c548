namespace Sida.Web.Review.Queue;

/// <summary>What somebody looks for when they ask for the next item.</summary>
public enum WorkKind
{
    /// <summary>To annotate.</summary>
    Annotate,

    /// <summary>To decide about.</summary>
    Review,
}
