using Sida.Engine;

namespace Sida.Web.Data.Entities;

/// <summary>
/// A tree of questions and answers. A question hangs under the answer that it follows (or under nothing); editing a question adds a
/// sibling, asking again adds another answer to the same question; <see cref="TipQuestionId"/> names the branch that is shown.
/// </summary>
internal sealed class Conversation : IOwned
{
    public required Guid Id { get; init; }

    public required Guid OwnerId { get; init; }

    public required string Title
    {
        get;
        set
        {
            field = value;
            TitleSearch = SearchText.Of(value);
        }
    }

    /// <summary>The title as search sees it.</summary>
    public string TitleSearch { get; private set; } = "";

    public bool Pinned { get; set; }

    /// <summary>The model that is asked, by the name of its package folder; the default model when null.</summary>
    public string? Model { get; set; }

    /// <summary>The last question of the branch that is shown.</summary>
    public Guid? TipQuestionId { get; set; }

    /// <summary>The picture of the latest question, for the list.</summary>
    public Guid? PictureId { get; set; }

    /// <summary>The latest verdict, for the list.</summary>
    public Verdict? Verdict { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When it was deleted; it can be restored until the sweeper has passed.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    public List<Question> Questions { get; } = [];
}
