using Microsoft.EntityFrameworkCore;
using Sida.Engine;
using Sida.Engine.Language.Prompts;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities;
using Sida.Web.Work;

namespace Sida.Web.Conversations;

/// <summary>Asks questions in conversations: a first one, a further one, an edited one, the same one again.</summary>
internal sealed class AskingService(AccessService access, AnalysisService analyses, TimeProvider clock)
{
    /// <summary>More models than this are not compared at once.</summary>
    private const int MaxModels = 4;

    /// <summary>Asks a question. The answers are worked on in the background.</summary>
    /// <exception cref="NotFoundException">There is no such conversation, picture, question or model.</exception>
    /// <exception cref="RequestException">The question is empty or too long, there is no picture, or an answer is still being written.</exception>
    /// <exception cref="LimitException">The caller has too many analyses already.</exception>
    /// <exception cref="BusyException">The queue is full.</exception>
    public async Task<Asked> AskAsync(Caller caller, Ask ask, CancellationToken cancellation)
    {
        string text = analyses.CheckPrompt(ask.Text);
        if (ask.Models is null or { Count: > MaxModels })
        {
            throw new RequestException($"{(ask.Models is null ? "null" : ask.Models.Count)} models were chosen; {MaxModels} can be compared at once.");
        }

        await using SidaDb db = await access.OpenToStoreAsync(caller, Permissions.Analyze, cancellation);
        ConversationTree? tree = ask.ConversationId is { } id ? await ConversationTree.LoadAsync(db, id, cancellation) : null;
        Question? replaced = ask.Replaces is { } edited ? (tree ?? throw ConversationTree.NotFound()).Question(edited) : null;
        Question? previous = replaced is null ? tree?.Tip : null;
        if (previous is not null && ConversationTree.ShownAnswer(previous).State is AnalysisState.Queued or AnalysisState.Running)
        {
            throw new RequestException("The last answer is still being written. Wait for it, or stop it.");
        }

        Guid picture = ask.PictureId ?? replaced?.PictureId ?? tree?.Tip?.PictureId ?? throw new RequestException("There is no picture yet. Add one to the question.");
        Picture row = await db.Pictures.AsNoTracking().FirstOrDefaultAsync(row => row.Id == picture, cancellation) ?? throw new NotFoundException("There is no such picture.");
        Conversation conversation = tree?.Conversation ?? NewConversation(caller, Title(text, row));
        Question question = new()
        {
            Id = Guid.CreateVersion7(),
            OwnerId = caller.OwnerId,
            ConversationId = conversation.Id,
            ParentAnalysisId = replaced is not null ? replaced.ParentAnalysisId : previous is null ? null : ConversationTree.ShownAnswer(previous).Id,
            PictureId = picture,
            Text = text,
            CreatedAt = clock.GetUtcNow(),
        };
        IReadOnlyList<string?> models = ask.Models.Count > 0 ? [.. ask.Models] : [conversation.Model];
        List<Analysis> answers = [.. models.Select((model, place) => analyses.Prepare(caller, new AnalysisOrder(picture, text, model), question.Id, place))];
        if (tree is null)
        {
            db.Conversations.Add(conversation);
        }

        db.Questions.Add(question);
        (conversation.TipQuestionId, conversation.PictureId, conversation.UpdatedAt) = (question.Id, picture, clock.GetUtcNow());
        await analyses.StartAsync(db, caller, answers, cancellation);
        return new Asked(conversation.Id, question.Id, [.. answers.Select(answer => answer.Id)]);
    }

    /// <summary>
    /// Asks a question again: after an interruption, for another try, with another model, or with more tokens so that a cut answer
    /// is continued. The earlier answers stay.
    /// </summary>
    /// <inheritdoc cref="AskAsync"/>
    public async Task<Asked> AskAgainAsync(Caller caller, Guid conversationId, Guid questionId, string? model, int? maxNewTokens, CancellationToken cancellation)
    {
        await using SidaDb db = access.Open(caller, Permissions.Analyze);
        ConversationTree tree = await ConversationTree.LoadAsync(db, conversationId, cancellation);
        Question question = tree.Question(questionId);
        Analysis answer = analyses.Prepare(caller, new AnalysisOrder(question.PictureId, question.Text, model ?? tree.Conversation.Model, maxNewTokens), question.Id);
        question.ShownAnalysisId = answer.Id;
        (tree.Conversation.TipQuestionId, tree.Conversation.UpdatedAt) = (question.Id, clock.GetUtcNow());
        await analyses.StartAsync(db, caller, [answer], cancellation);
        return new Asked(conversationId, questionId, [answer.Id]);
    }

    /// <summary>The official questions say nothing about the picture, its file's name may.</summary>
    private static string Title(string text, Picture picture) =>
        ConversationService.CleanTitle(text is PromptPresets.Detect or PromptPresets.Explain ? picture.FileName : text);

    private Conversation NewConversation(Caller caller, string title) => new()
    {
        Id = Guid.CreateVersion7(),
        OwnerId = caller.OwnerId,
        Title = title,
        CreatedAt = clock.GetUtcNow(),
        UpdatedAt = clock.GetUtcNow(),
    };
}
