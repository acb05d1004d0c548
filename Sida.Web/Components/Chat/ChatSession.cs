using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Components.Sidebar;
using Sida.Web.Conversations;
using Sida.Web.Data.Entities;
using Sida.Web.Work;

namespace Sida.Web.Components.Chat;

/// <summary>
/// One conversation as an open page sees it: what is shown, what is being written, the last thing that went wrong. It only watches:
/// the work is the server's, so that leaving the page changes nothing.
/// </summary>
internal sealed class ChatSession(CallerProvider callers, ConversationService conversations, AskingService asking, AnalysisService analyses, ConversationFeed feed, StageTimes times) : IDisposable
{
    /// <summary>How often a page is drawn anew while words arrive.</summary>
    private static readonly TimeSpan DrawPause = TimeSpan.FromMilliseconds(60);

    private readonly CancellationTokenSource _leaving = new();
    private readonly HashSet<Guid> _followed = [];

    /// <summary>Something that is shown has changed; may come from any thread.</summary>
    public event Action? Changed;

    public ConversationView? View { get; private set; }

    /// <summary>What went wrong last, in the words for the user.</summary>
    public string? Error { get; private set; }

    /// <summary>The answer that is being written at the end of the shown branch.</summary>
    public AnalysisSnapshot? Busy => View?.Turns is [.., { } last] ? last.Answers.FirstOrDefault(answer => answer.IsBusy) : null;

    public CancellationToken Leaving => _leaving.Token;

    /// <summary>Opens a conversation; null closes it.</summary>
    public Task OpenAsync(Guid? id) => TryAsync(async () =>
    {
        View = id is { } known ? await conversations.GetAsync(await callers.GetAsync(), known, Leaving) : null;
        FollowBusy();
    });

    /// <summary>Asks; gives the conversation, or null when that failed and <see cref="Error"/> says why.</summary>
    public async Task<Guid?> AskAsync(Ask ask)
    {
        Guid? conversation = null;
        await TryAsync(async () => conversation = (await asking.AskAsync(await callers.GetAsync(), ask, Leaving)).ConversationId);
        if (conversation is { } id && id == View?.Id)
        {
            await OpenAsync(id);
        }

        feed.Tell();
        return conversation;
    }

    public Task AskAgainAsync(Guid question, string? model, int? maxNewTokens) => ChangeAsync((caller, id) => asking.AskAgainAsync(caller, id, question, model, maxNewTokens, Leaving));

    public Task ShowAnswerAsync(Guid analysis) => ChangeAsync((caller, id) => conversations.ShowAnswerAsync(caller, id, analysis, Leaving));

    public Task ShowBranchAsync(Guid question) => ChangeAsync((caller, id) => conversations.ShowBranchAsync(caller, id, question, Leaving));

    public Task ChooseModelAsync(string? model) => ChangeAsync((caller, id) => conversations.ChooseModelAsync(caller, id, model, Leaving));

    public Task RateAsync(Guid analysis, bool good, string? note) => ChangeAsync((caller, _) => analyses.RateAsync(caller, analysis, good, note, Leaving));

    public Task StopAsync(Guid analysis) => TryAsync(async () => await analyses.StopAsync(await callers.GetAsync(), analysis, Leaving));

    /// <summary>Runs something on behalf of the page; what is wrong for the user becomes <see cref="Error"/>.</summary>
    public async Task TryAsync(Func<Task> work)
    {
        try
        {
            Error = null;
            await work();
        }
        catch (SidaException error)
        {
            Error = error.Message;
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            return;
        }

        Changed?.Invoke();
    }

    /// <summary>Shows a problem that the browser found.</summary>
    public void Show(string? error)
    {
        Error = error;
        Changed?.Invoke();
    }

    public void Dispose()
    {
        _leaving.Cancel();
        _leaving.Dispose();
    }

    private async Task ChangeAsync(Func<Caller, Guid, Task> change)
    {
        if (View is not { } view)
        {
            return;
        }

        await TryAsync(async () =>
        {
            Caller caller = await callers.GetAsync();
            await change(caller, view.Id);
            View = await conversations.GetAsync(caller, view.Id, Leaving);
            FollowBusy();
        });
        feed.Tell();
    }

    private void FollowBusy()
    {
        foreach (AnalysisSnapshot answer in View?.Turns.SelectMany(turn => turn.Answers).Where(answer => answer.IsBusy && _followed.Add(answer.Id)) ?? [])
        {
            _ = FollowAsync(answer.Id);
        }
    }

    private async Task FollowAsync(Guid analysis)
    {
        await TryAsync(async () =>
        {
            bool toldVerdict = false;
            await foreach (AnalysisSnapshot snapshot in analyses.WatchAsync(await callers.GetAsync(), analysis, DrawPause, Leaving))
            {
                View = View?.With(snapshot);
                Changed?.Invoke();
                if (snapshot is { State: AnalysisState.Finished, Document: { } document })
                {
                    times.Learn(snapshot.Model, TimeSpan.FromMilliseconds(document.Timings.Total));
                }

                if (!toldVerdict && snapshot.Verdict is not null)
                {
                    toldVerdict = true;
                    feed.Tell();
                }
            }
        });
        _followed.Remove(analysis);
        feed.Tell();
    }
}
