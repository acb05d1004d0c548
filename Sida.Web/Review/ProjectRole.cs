namespace Sida.Web.Review;

/// <summary>What a member may do in a project; each may also do what those before it may.</summary>
public enum ProjectRole
{
    /// <summary>Correct items.</summary>
    Annotator,

    /// <summary>Also see everybody's work, accept and return it.</summary>
    Reviewer,

    /// <summary>Also change settings and members, add items and honeypots, assign work, export.</summary>
    Manager,
}
