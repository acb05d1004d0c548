namespace Sida.Web.Data.Entities;

/// <summary>One question about one picture, with every answer that was given to it.</summary>
internal sealed class Question : IOwned
{
    public required Guid Id { get; init; }

    public required Guid OwnerId { get; init; }

    public required Guid ConversationId { get; init; }

    /// <summary>The answer that this question follows; null for the first of a conversation. Siblings share it.</summary>
    public Guid? ParentAnalysisId { get; init; }

    public required Guid PictureId { get; init; }

    public required string Text
    {
        get;
        init
        {
            field = value;
            TextSearch = SearchText.Of(value);
        }
    }

    public string TextSearch { get; private set; } = "";

    /// <summary>The answer that is shown; null for the latest.</summary>
    public Guid? ShownAnalysisId { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public Conversation? Conversation { get; init; }

    public Picture? Picture { get; init; }

    public List<Analysis> Analyses { get; } = [];
}
