using Microsoft.EntityFrameworkCore;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities;
using Sida.Web.Models;
using Sida.Web.Work;

namespace Sida.Web.Conversations;

/// <summary>Conversations of a caller: the list, one of them, and everything that can be done with it but asking (<see cref="AskingService"/>).</summary>
internal sealed class ConversationService(AccessService access, AnalysisService analyses, ModelHost models, TimeProvider clock)
{
    private const int MaxTitleLength = 120;
    private const int MaxPage = 200;
    private const int MaxSearchLength = 200;

    /// <summary>The list, pinned ones first, then by time.</summary>
    public async Task<IReadOnlyList<ConversationSummary>> ListAsync(Caller caller, ConversationQuery query, CancellationToken cancellation)
    {
        await using SidaDb db = access.Open(caller, Permissions.Read);
        var rows = await Filter(db.Conversations.AsNoTracking().Where(row => row.DeletedAt == null), query.Search)
            .OrderByDescending(row => row.Pinned).ThenByDescending(row => row.UpdatedAt)
            .Skip(Math.Max(0, query.Skip)).Take(Math.Clamp(query.Take, 1, MaxPage))
            .Select(row => new
            {
                Row = row,
                Busy = row.Questions.Any(question => question.Analyses.Any(analysis => analysis.State == AnalysisState.Queued || analysis.State == AnalysisState.Running)),
            })
            .ToListAsync(cancellation);
        return [.. rows.Select(row => new ConversationSummary(row.Row.Id, row.Row.Title, row.Row.Pinned, row.Row.Verdict, row.Row.PictureId, row.Row.UpdatedAt, row.Busy))];
    }

    /// <summary>One conversation with its shown branch.</summary>
    /// <exception cref="NotFoundException">There is no such conversation.</exception>
    public async Task<ConversationView> GetAsync(Caller caller, Guid id, CancellationToken cancellation)
    {
        await using SidaDb db = access.Open(caller, Permissions.Read);
        ConversationTree tree = await ConversationTree.LoadAsync(db, id, cancellation);
        return tree.View(analyses.Newest);
    }

    /// <exception cref="NotFoundException">There is no such conversation.</exception>
    /// <exception cref="RequestException">The title is empty.</exception>
    public Task RenameAsync(Caller caller, Guid id, string title, CancellationToken cancellation) =>
        ChangeAsync(caller, id, row => row.Title = CleanTitle(title), cancellation);

    /// <exception cref="NotFoundException">There is no such conversation.</exception>
    public Task PinAsync(Caller caller, Guid id, bool pinned, CancellationToken cancellation) => ChangeAsync(caller, id, row => row.Pinned = pinned, cancellation);

    /// <summary>Chooses the model for further questions; null for the default.</summary>
    /// <exception cref="NotFoundException">There is no such conversation or model.</exception>
    public Task ChooseModelAsync(Caller caller, Guid id, string? model, CancellationToken cancellation)
    {
        string? known = model is null ? null : models.Resolve(model);
        return ChangeAsync(caller, id, row => row.Model = known, cancellation);
    }

    /// <summary>Shows the branch that a question is on, to its newest end.</summary>
    /// <exception cref="NotFoundException">There is no such conversation or question.</exception>
    public async Task ShowBranchAsync(Caller caller, Guid id, Guid questionId, CancellationToken cancellation)
    {
        await using SidaDb db = access.Open(caller, Permissions.Analyze);
        ConversationTree tree = await ConversationTree.LoadAsync(db, id, cancellation);
        tree.Conversation.TipQuestionId = tree.NewestTip(questionId);
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>Shows one of the answers to its question, and the branch that goes on from it.</summary>
    /// <exception cref="NotFoundException">There is no such conversation or answer.</exception>
    public async Task ShowAnswerAsync(Caller caller, Guid id, Guid analysisId, CancellationToken cancellation)
    {
        await using SidaDb db = access.Open(caller, Permissions.Analyze);
        ConversationTree tree = await ConversationTree.LoadAsync(db, id, cancellation);
        Question question = tree.QuestionOf(analysisId);
        question.ShownAnalysisId = analysisId;
        tree.Conversation.TipQuestionId = tree.NewestTip(question.Id);
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>Deletes a conversation; for a while it can be restored. Answers that are being written are stopped, links to it are dead.</summary>
    /// <exception cref="NotFoundException">There is no such conversation.</exception>
    public async Task DeleteAsync(Caller caller, Guid id, CancellationToken cancellation)
    {
        await ChangeAsync(caller, id, row => row.DeletedAt = clock.GetUtcNow(), cancellation);
        await using SidaDb db = access.Open(caller, Permissions.Manage);
        foreach (Guid analysis in await db.Analyses.Where(row => row.Question!.ConversationId == id).Select(row => row.Id).ToListAsync(cancellation))
        {
            // These are the caller's own. Who may delete but not ask may end them in this way.
            analyses.StopForServer(analysis);
        }
    }

    /// <summary>Takes a deletion back.</summary>
    /// <exception cref="NotFoundException">It is too late, or there never was such a conversation.</exception>
    public async Task RestoreAsync(Caller caller, Guid id, CancellationToken cancellation)
    {
        await using SidaDb db = access.Open(caller, Permissions.Manage);
        Conversation row = await db.Conversations.FirstOrDefaultAsync(row => row.Id == id && row.DeletedAt != null, cancellation)
            ?? throw new NotFoundException("It is too late to restore this conversation.");
        row.DeletedAt = null;
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>A title of one line.</summary>
    public static string CleanTitle(string title)
    {
        string line = string.Join(' ', StoredText.Check(title, "The title").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length == 0)
        {
            throw new RequestException("The title is empty. Give it a name.");
        }

        int end = char.IsHighSurrogate(line[Math.Min(line.Length, MaxTitleLength - 1) - 1]) ? MaxTitleLength - 2 : MaxTitleLength - 1;
        return line.Length <= MaxTitleLength ? line : string.Concat(line.AsSpan(0, end), "…");
    }

    private async Task ChangeAsync(Caller caller, Guid id, Action<Conversation> change, CancellationToken cancellation)
    {
        await using SidaDb db = access.Open(caller, Permissions.Manage);
        Conversation row = await db.Conversations.FirstOrDefaultAsync(row => row.Id == id && row.DeletedAt == null, cancellation) ?? throw ConversationTree.NotFound();
        change(row);
        await db.SaveChangesAsync(cancellation);
    }

    private static IQueryable<Conversation> Filter(IQueryable<Conversation> rows, string search)
    {
        search = search.Trim();
        if (search.Length == 0)
        {
            return rows;
        }

        StoredText.Check(search, "The search");
        string pattern = SearchText.Pattern(search.Length <= MaxSearchLength ? search : search[..MaxSearchLength]);
        Verdict? verdict = VerdictWords.Find(search);
        return rows.Where(row => (verdict != null && row.Verdict == verdict)
            || EF.Functions.Like(row.TitleSearch, pattern, SearchText.Escape)
            || row.Questions.Any(question => EF.Functions.Like(question.TextSearch, pattern, SearchText.Escape)
                || question.Analyses.Any(analysis => EF.Functions.Like(analysis.TextSearch, pattern, SearchText.Escape))));
    }
}
