using Microsoft.EntityFrameworkCore;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities;
using Sida.Web.Pictures;
using Sida.Web.Work;

namespace Sida.Web.Conversations;

/// <summary>One conversation with all its branches in memory.</summary>
internal sealed class ConversationTree
{
    private readonly Dictionary<Guid, Question> _questions;
    private readonly Dictionary<Guid, Feedback> _feedback;

    private ConversationTree(Conversation conversation, List<Question> questions, List<Feedback> feedback)
    {
        Conversation = conversation;
        _questions = questions.ToDictionary(question => question.Id);
        _feedback = feedback.ToDictionary(row => row.AnalysisId);
    }

    public Conversation Conversation { get; }

    /// <exception cref="NotFoundException">There is no such conversation.</exception>
    public static async Task<ConversationTree> LoadAsync(SidaDb db, Guid id, CancellationToken cancellation)
    {
        Conversation conversation = await db.Conversations.FirstOrDefaultAsync(row => row.Id == id && row.DeletedAt == null, cancellation) ?? throw NotFound();
        List<Question> questions = await db.Questions.Where(row => row.ConversationId == id)
            .Include(row => row.Picture).Include(row => row.Analyses).ThenInclude(analysis => analysis.Masks).AsSplitQuery().ToListAsync(cancellation);
        List<Feedback> feedback = await db.Feedback.AsNoTracking().Where(row => row.Analysis!.Question!.ConversationId == id).ToListAsync(cancellation);
        return new ConversationTree(conversation, questions, feedback);
    }

    public static NotFoundException NotFound() => new("There is no such conversation.");

    /// <summary>The questions of the shown branch, first to last.</summary>
    public IReadOnlyList<Question> Branch()
    {
        List<Question> branch = [];
        Question? question = Tip;
        while (question is not null)
        {
            branch.Insert(0, question);
            question = question.ParentAnalysisId is { } parent ? QuestionOf(parent) : null;
        }

        return branch;
    }

    /// <summary>The last question of the shown branch; null in an empty conversation.</summary>
    public Question? Tip => Conversation.TipQuestionId is { } tip ? _questions.GetValueOrDefault(tip) : null;

    /// <exception cref="NotFoundException">It is not in this conversation.</exception>
    public Question Question(Guid id) => _questions.GetValueOrDefault(id) ?? throw new NotFoundException("There is no such question.");

    /// <exception cref="NotFoundException">It is not in this conversation.</exception>
    public Question QuestionOf(Guid analysisId) =>
        _questions.Values.FirstOrDefault(question => question.Analyses.Any(analysis => analysis.Id == analysisId)) ?? throw new NotFoundException("There is no such answer.");

    /// <summary>Going on from a question by the shown answers and the newest questions, to the end.</summary>
    /// <exception cref="NotFoundException">It is not in this conversation.</exception>
    public Guid NewestTip(Guid questionId)
    {
        Question question = Question(questionId);
        while (_questions.Values.Where(next => next.ParentAnalysisId == ShownAnswer(question).Id).MaxBy(next => next.CreatedAt) is { } next)
        {
            question = next;
        }

        return question.Id;
    }

    /// <summary>The answer that is shown for a question: the chosen one, or the latest.</summary>
    public static Analysis ShownAnswer(Question question) =>
        question.Analyses.FirstOrDefault(analysis => analysis.Id == question.ShownAnalysisId) ?? question.Analyses.OrderBy(analysis => analysis.CreatedAt).ThenBy(analysis => analysis.Id).Last();

    public ConversationView View(Func<AnalysisSnapshot, AnalysisSnapshot> newest) => new(
        Conversation.Id,
        Conversation.Title,
        Conversation.Pinned,
        Conversation.Model,
        Conversation.CreatedAt,
        Conversation.UpdatedAt,
        [.. Branch().Select(question => View(question, newest))]);

    private TurnView View(Question question, Func<AnalysisSnapshot, AnalysisSnapshot> newest)
    {
        List<Analysis> answers = [.. question.Analyses.OrderBy(analysis => analysis.CreatedAt).ThenBy(analysis => analysis.Id)];
        return new TurnView(
            question.Id,
            question.Text,
            PictureService.View(question.Picture!),
            question.CreatedAt,
            [.. _questions.Values.Where(other => other.ParentAnalysisId == question.ParentAnalysisId).OrderBy(other => other.CreatedAt).ThenBy(other => other.Id).Select(other => other.Id)],
            [.. answers.Select(analysis => newest(SnapshotReader.Of(analysis, _feedback.GetValueOrDefault(analysis.Id))))],
            answers.IndexOf(ShownAnswer(question)));
    }
}
