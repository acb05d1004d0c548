namespace Sida.Web.Review;

/// <summary>How a project works.</summary>
public sealed record ProjectSettings
{
    /// <summary>1: what is submitted counts; 2: a reviewer decides.</summary>
    public int Stages { get; init; } = 2;

    /// <summary>How many people annotate each item independently, 1..5.</summary>
    public int Overlap { get; init; } = 1;

    /// <summary>Part of the items handed out whose answer is known, 0..0.5.</summary>
    public double HoneypotShare { get; init; }

    /// <summary>How long an opened item stays reserved without a save.</summary>
    public int ReservationMinutes { get; init; } = 30;
}

/// <summary>What a project is made or changed with.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Guidelines">Markdown for its annotators.</param>
/// <param name="Labels">The reasons that the editor offers.</param>
/// <param name="Settings">How it works.</param>
public sealed record ProjectDraft(string Name, string Guidelines = "", IReadOnlyList<string>? Labels = null, ProjectSettings? Settings = null);

/// <summary>A project in the list.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Role">What the caller is in it.</param>
/// <param name="Items">How many items it has, as far as the caller may know.</param>
/// <param name="Open">How many of them wait for the caller.</param>
/// <param name="Accepted">How many are done.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ArchivedAt">When it was put away; null while it is in use.</param>
public sealed record ProjectSummary(Guid Id, string Name, ProjectRole Role, int Items, int Open, int Accepted, DateTimeOffset CreatedAt, DateTimeOffset? ArchivedAt);

/// <summary>A project as a member sees it.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Guidelines">Markdown for its annotators.</param>
/// <param name="Labels">The reasons that the editor offers.</param>
/// <param name="Settings">How it works; the honeypot share is told to managers only.</param>
/// <param name="Role">What the caller is in it.</param>
/// <param name="Counts">Its items by state, as far as the caller may know.</param>
/// <param name="Revision">Changes with every change; to be sent back with the next one.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ArchivedAt">When it was put away; null while it is in use.</param>
public sealed record ProjectView(
    Guid Id,
    string Name,
    string Guidelines,
    IReadOnlyList<string> Labels,
    ProjectSettings Settings,
    ProjectRole Role,
    IReadOnlyDictionary<ItemState, int> Counts,
    int Revision,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ArchivedAt);

/// <summary>Somebody who works in a project.</summary>
/// <param name="Person">Whose data it is.</param>
/// <param name="Name">As they are called.</param>
/// <param name="Role">What they may do.</param>
/// <param name="AddedAt">Since when.</param>
public sealed record MemberView(Guid Person, string Name, ProjectRole Role, DateTimeOffset AddedAt);
