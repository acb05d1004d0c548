using Microsoft.Extensions.Localization;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Review;
using Sida.Web.Review.Comments;
using Sida.Web.Review.Editing;
using Sida.Web.Review.Queue;

namespace Sida.Web.Components.Review.Editor;

/// <summary>What an open editor page knows of its item. The mask is the browser's: it goes to the server by itself, and only its version's number is heard of here.</summary>
internal sealed class EditorSession(
    CallerProvider callers, ItemService items, TakingService taking, EditingService editing, DecisionService decisions, CommentService comments, IStringLocalizer<Words> words) : IDisposable
{
    private const int VersionsShown = 50;

    private readonly CancellationTokenSource _leaving = new();

    /// <summary>Something that is shown has changed; may come from any thread.</summary>
    public event Action? Changed;

    public ItemView? View { get; private set; }

    /// <summary>Verdict and text as they are on the page.</summary>
    public AnnotationDraft Draft { get; private set; } = new();

    /// <summary>The newest first.</summary>
    public IReadOnlyList<VersionView> Versions { get; private set; } = [];

    /// <summary>What went wrong last, in the words for the user.</summary>
    public string? Error { get; private set; }

    /// <summary>Somebody else saved meanwhile: what they saved, and the words for it.</summary>
    public ConflictException? Conflict { get; private set; }

    public bool IsBusy { get; private set; }

    public CancellationToken Leaving => _leaving.Token;

    private Guid Item => View!.Id;

    /// <summary>Opens an item and reserves it, where there is something to do with it for the caller. A reviewer who only looks takes nothing.</summary>
    /// <param name="item">Which item.</param>
    /// <param name="line">Whose annotation, where a reviewer chose one.</param>
    /// <param name="takes">Whether it shall be taken in any case.</param>
    public Task OpenAsync(Guid item, Guid? line, bool takes = false) => TryAsync(async caller =>
    {
        (View, Conflict, Versions) = (null, null, []);
        ItemView view = await items.GetAsync(caller, item, line, Leaving);
        if (view.Can.Decide || (view.Can.Take && (takes || view.IsMine || view.Role == ProjectRole.Annotator)))
        {
            try
            {
                await taking.TakeAsync(caller, item, Leaving);
                view = await items.GetAsync(caller, item, line, Leaving);
            }
            catch (SidaException error) when (error is ConflictException or LimitException)
            {
                // It can be looked at all the same.
                View = view;
                throw;
            }
        }

        View = view;
        Draft = AnnotationDraft.From(view.Current?.Annotation ?? view.Model);
        await ReadVersionsAsync(caller);
    });

    /// <summary>Goes on with what the browser has kept.</summary>
    public void Restore(EditorFields kept)
    {
        Draft = AnnotationDraft.From(kept);
        Changed?.Invoke();
    }

    /// <summary>Looks again at everything but what is being worked on: comments, versions, the reservation.</summary>
    public Task RefreshAsync() => View is null ? Task.CompletedTask : TryAsync(async caller =>
    {
        View = await items.GetAsync(caller, Item, View.LineId, Leaving);
        await ReadVersionsAsync(caller);
    });

    /// <summary>Hands in what is shown: where nothing was saved yet, the model's annotation as it was when the page was opened, whichever model was asked since.</summary>
    public Task<bool> SubmitAsync(int basedOn) =>
        TryAsync(caller => editing.SubmitAsync(caller, Item, basedOn == 0 ? View!.Model ?? new Annotation() : null, basedOn, Leaving));

    public Task<bool> AcceptAsync(int basedOn) => TryAsync(caller => decisions.AcceptAsync(caller, Item, basedOn, null, View!.LineId, Leaving));

    public Task<bool> ReturnAsync(int basedOn, string reason) => TryAsync(caller => decisions.ReturnAsync(caller, Item, basedOn, reason, View!.LineId, Leaving));

    public Task<bool> ReleaseAsync() => TryAsync(caller => taking.ReleaseAsync(caller, Item, Leaving));

    public Task<bool> RestoreVersionAsync(int number) => TryAsync(caller => editing.RestoreAsync(caller, Item, number, View!.LineId, Leaving));

    public Task<bool> CommentAsync(NewComment comment) => ChangeCommentsAsync(caller => comments.AddAsync(caller, Item, comment with { LineId = View!.LineId }, Leaving));

    public Task<bool> ResolveAsync(CommentView comment) => ChangeCommentsAsync(caller => comments.ResolveAsync(caller, Item, comment.Id, comment.ResolvedAt is null, Leaving));

    public Task<bool> DeleteCommentAsync(CommentView comment) => ChangeCommentsAsync(caller => comments.DeleteAsync(caller, Item, comment.Id, Leaving));

    /// <summary>The next item to work on, reserved; null when nothing is left.</summary>
    public async Task<Guid?> NextAsync()
    {
        Guid? next = null;
        WorkKind kind = View!.Can.Decide || View.Role >= ProjectRole.Reviewer ? WorkKind.Review : WorkKind.Annotate;
        await TryAsync(async caller =>
        {
            next = await taking.TakeNextAsync(caller, View.ProjectId, kind, Item, Leaving);
            if (next is null && kind == WorkKind.Review)
            {
                next = await taking.TakeNextAsync(caller, View.ProjectId, WorkKind.Annotate, Item, Leaving);
            }
        });
        return next;
    }

    /// <summary>Finds out what stands against a save: another version, or somebody who has the item.</summary>
    /// <param name="message">What the server said.</param>
    /// <param name="known">The number of the version that the save was based on.</param>
    public async Task ConflictAsync(string message, int known)
    {
        await TryAsync(async caller =>
        {
            ItemView latest = await items.GetAsync(caller, Item, View!.LineId, Leaving);
            View = latest;
            Conflict = latest.Latest == known ? null : new ConflictException(message, latest.Current);
            await ReadVersionsAsync(caller);
        });
        if (Conflict is null)
        {
            Show(message);
        }
    }

    public void SettleConflict()
    {
        Conflict = null;
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

    private async Task ReadVersionsAsync(Caller caller) => Versions = await editing.VersionsAsync(caller, Item, View!.LineId, null, VersionsShown, Leaving);

    private Task<bool> ChangeCommentsAsync(Func<Caller, Task> change) => TryAsync(async caller =>
    {
        await change(caller);
        View = View! with { Comments = await comments.ListAsync(caller, Item, Leaving) };
    });

    /// <summary>Runs something for the page; what is wrong for the user becomes <see cref="Error"/>. Gives whether it went well.</summary>
    private async Task<bool> TryAsync(Func<Caller, Task> work)
    {
        bool isDone = false;
        try
        {
            (Error, IsBusy) = (null, true);
            await work(await callers.GetAsync());
            isDone = true;
        }
        catch (ConflictException conflict) when (conflict.Latest is not null)
        {
            Conflict = conflict;
        }
        catch (SidaException error)
        {
            Error = error.Message.Length > 0 ? error.Message : words["This could not be done. Try again."];
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            IsBusy = false;
        }

        Changed?.Invoke();
        return isDone;
    }
}
