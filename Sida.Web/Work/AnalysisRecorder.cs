using Microsoft.EntityFrameworkCore;
using Sida.Engine.Analysis;
using Sida.Engine.Imaging;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities;

namespace Sida.Web.Work;

/// <summary>
/// Keeps the database up to date with one running analysis: a few writes a second while it runs, everything before its last message
/// is sent, so that whoever hears of the end finds it stored.
/// </summary>
internal sealed class AnalysisRecorder(AccessService access, AnalysisRun run, TimeProvider clock)
{
    private readonly HashSet<int> _masks = [];
    private int _recorded;

    /// <summary>Notes that the work began; it is stored with the first messages.</summary>
    public void Started()
    {
        run.Analysis.State = AnalysisState.Running;
        run.Analysis.StartedAt = clock.GetUtcNow();
    }

    /// <summary>Stores a mask, in place of an earlier one with the same index, and gives what listeners need to show it.</summary>
    public async Task<MaskView> KeepMaskAsync(int index, BinaryMask mask, CancellationToken cancellation)
    {
        PixelRectangle? bounds = mask.FindBounds();
        Mask row = new()
        {
            AnalysisId = run.Id,
            OwnerId = run.OwnerId,
            Index = index,
            Width = mask.Width,
            Height = mask.Height,
            ForegroundPixels = mask.ForegroundPixels,
            Place = mask.FindPlace(),
            BoundsX = bounds?.X,
            BoundsY = bounds?.Y,
            BoundsWidth = bounds?.Width,
            BoundsHeight = bounds?.Height,
            Rle = RunLengthCode.Encode(mask).ToString(),
        };
        await using SidaDb db = access.OpenForServer();
        db.Entry(row).State = _masks.Add(index) ? EntityState.Added : EntityState.Modified;
        await db.SaveChangesAsync(cancellation);
        return SnapshotReader.View(row);
    }

    /// <summary>Stores what was sent since the last time.</summary>
    public Task FlushAsync(CancellationToken cancellation)
    {
        IReadOnlyList<AnalysisMessage> sent = run.Sent(_recorded);
        return sent.Count == 0 ? Task.CompletedTask : SaveAsync(sent, cancellation);
    }

    /// <summary>Stores the end with all messages in one row, and then sends the last message.</summary>
    public async Task EndAsync(AnalysisMessage last, CancellationToken cancellation)
    {
        AnalysisSnapshot final = run.Snapshot.With(last);
        Analysis analysis = run.Analysis;
        analysis.State = final.State;
        analysis.FinishedAt = clock.GetUtcNow();
        analysis.FailureKind = final.FailureKind;
        analysis.FailureMessage = final.FailureMessage;
        analysis.Document = final.Document is null ? null : WebJson.Write(final.Document with { Masks = [] });
        Copy(final);

        await using SidaDb db = access.OpenForServer();
        await using (var change = await db.Database.BeginTransactionAsync(cancellation))
        {
            await db.RecordedEvents.Where(row => row.AnalysisId == run.Id).ExecuteDeleteAsync(cancellation);

            // A mask that was shown early is taken back when the answer ends with another verdict.
            await db.Masks.Where(row => row.AnalysisId == run.Id && row.Index >= final.Masks.Count).ExecuteDeleteAsync(cancellation);
            db.RecordedEvents.Add(Row(0, [.. run.Sent(0), WithoutDocument(run.Number(last))]));
            db.Entry(analysis).State = EntityState.Modified;
            if (final.Verdict is { } verdict && analysis.QuestionId is { } question)
            {
                await db.Conversations.Where(row => row.Questions.Any(asked => asked.Id == question))
                    .ExecuteUpdateAsync(row => row.SetProperty(conversation => conversation.Verdict, verdict), cancellation);
            }

            await db.SaveChangesAsync(cancellation);
            await change.CommitAsync(cancellation);
        }

        run.Send(last);
    }

    private async Task SaveAsync(IReadOnlyList<AnalysisMessage> sent, CancellationToken cancellation)
    {
        Copy(run.Snapshot);
        await using SidaDb db = access.OpenForServer();
        if (sent.Count > 0)
        {
            db.RecordedEvents.Add(Row(sent[0].Sequence, sent));
        }

        db.Entry(run.Analysis).State = EntityState.Modified;
        await db.SaveChangesAsync(cancellation);
        _recorded += sent.Count;
    }

    private RecordedEvents Row(int first, IReadOnlyList<AnalysisMessage> messages) =>
        new() { AnalysisId = run.Id, OwnerId = run.OwnerId, First = first, Json = WebJson.Write(messages) };

    /// <summary>The document has a column of its own.</summary>
    private static AnalysisMessage WithoutDocument(AnalysisMessage message) => message is FinishedMessage finished ? finished with { Document = null } : message;

    private void Copy(AnalysisSnapshot snapshot)
    {
        Analysis analysis = run.Analysis;
        analysis.Text = StoredText.Clean(snapshot.Text);
        analysis.Verdict = snapshot.Verdict;
        ClassProbabilities? probabilities = snapshot.Probabilities;
        (analysis.ProbabilityReal, analysis.ProbabilityFullSynthetic, analysis.ProbabilityTampered) =
            (probabilities?.Real, probabilities?.FullSynthetic, probabilities?.Tampered);
    }
}
