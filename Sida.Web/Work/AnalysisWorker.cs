using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Engine.Language.Prompts;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities;
using Sida.Web.Models;
using Sida.Web.Pictures;

namespace Sida.Web.Work;

/// <summary>Does one analysis from its turn to its end, whatever the end is.</summary>
internal sealed partial class AnalysisWorker(
    ModelHost models, AccessService access, PictureStore pictures, WorkMetrics metrics, IOptions<WorkOptions> options, TimeProvider clock, ILogger<AnalysisWorker> logger)
{
    /// <summary>How often a running answer is stored, beside its verdict and masks, which are stored at once; a crash loses no more than this.</summary>
    private static readonly TimeSpan RecordEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs until the last message has been stored and sent.</summary>
    public async Task RunAsync(AnalysisRun run)
    {
        AnalysisRecorder recorder = new(access, run, clock);
        using Activity? activity = metrics.Begin(run);
        AnalysisMessage last = await WorkAsync(run, recorder);
        await recorder.EndAsync(last, CancellationToken.None);
        metrics.Ended(run, activity);
    }

    /// <summary>Stores and sends the end of an analysis that never ran.</summary>
    public Task EndUnstartedAsync(AnalysisRun run) => new AnalysisRecorder(access, run, clock).EndAsync(CutShort(run), CancellationToken.None);

    private async Task<AnalysisMessage> WorkAsync(AnalysisRun run, AnalysisRecorder recorder)
    {
        using CancellationTokenSource time = CancellationTokenSource.CreateLinkedTokenSource(run.Cancellation);
        time.CancelAfter(options.Value.Timeout);
        try
        {
            return await AnalyzeAsync(run, recorder, time.Token);
        }
        catch (OperationCanceledException) when (run.Cancellation.IsCancellationRequested)
        {
            return CutShort(run);
        }
        catch (OperationCanceledException) when (time.IsCancellationRequested)
        {
            return new FailedMessage { Kind = "timeout", Message = $"The analysis took longer than {options.Value.Timeout} (Sida:Work:Timeout)." };
        }
        catch (SidaException error)
        {
            AnalysisFailed(logger, run.Id, run.Analysis.Model, error.Message);
            return new FailedMessage { Kind = FailureKind.Of(error), Message = error.Message };
        }
        catch (Exception error)
        {
            // A fault of the program must not leave an analysis that seems to run for ever. It is logged with everything known.
            AnalysisBroke(logger, error, run.Id, run.Analysis.Model);
            return new FailedMessage { Kind = FailureKind.Internal, Message = $"The server made a mistake in analysis {run.Id}. Try again; its operator finds the details in the log." };
        }
    }

    private async Task<AnalysisMessage> AnalyzeAsync(AnalysisRun run, AnalysisRecorder recorder, CancellationToken cancellation)
    {
        run.Send(new StageMessage { Stage = WorkStage.Loading });
        recorder.Started();
        using ModelLease lease = await models.UseAsync(run.Analysis.Model, cancellation);
        AnalysisRequest request = await RequestAsync(run.Analysis, cancellation);
        long recorded = clock.GetTimestamp();
        await foreach (AnalysisEvent step in lease.Analyzer.AnalyzeAsync(request, cancellation))
        {
            if (step is FinishedEvent finished)
            {
                IAnalyzer model = lease.Analyzer;
                return new FinishedMessage { Document = AnalysisJson.Document(finished.Result, model.Manifest, model.PackageHash, model.Device) };
            }

            run.Send(await MessageAsync(step, recorder, cancellation));
            if (step is VerdictEvent || clock.GetElapsedTime(recorded) > RecordEvery)
            {
                await recorder.FlushAsync(cancellation);
                recorded = clock.GetTimestamp();
            }
        }

        throw new InvalidOperationException("The engine's events ended without a result.");
    }

    private static async ValueTask<AnalysisMessage> MessageAsync(AnalysisEvent step, AnalysisRecorder recorder, CancellationToken cancellation) => step switch
    {
        QueuedEvent queued => new QueuedMessage { Position = queued.Position },
        StageEvent stage => new StageMessage { Stage = Enum.Parse<WorkStage>(stage.Stage.ToString()) },
        ImageEvent image => new ImageMessage { Image = image.Image },
        VerdictEvent verdict => new VerdictMessage { Verdict = verdict.Verdict, Probabilities = verdict.Probabilities },
        TokenEvent token => new TokenMessage { Token = token.Token, Text = token.Text },
        MaskEvent mask => new MaskMessage { Mask = await recorder.KeepMaskAsync(mask.Index, mask.Mask, cancellation) },
        _ => throw new InvalidOperationException($"The engine sent a {step.GetType().Name}, which the web app doesn't know."),
    };

    private static AnalysisMessage CutShort(AnalysisRun run) => run.StopRequested ? new StoppedMessage() : new InterruptedMessage();

    private async Task<AnalysisRequest> RequestAsync(Analysis analysis, CancellationToken cancellation)
    {
        await using SidaDb db = access.OpenForServer();
        string sha256 = await db.Pictures.Where(row => row.Id == analysis.PictureId).Select(row => row.Sha256).SingleAsync(cancellation);
        return new AnalysisRequest
        {
            Image = ImageSource.FromFile(pictures.OriginalPath(sha256)),
            Prompt = analysis.Prompt,
            History = analysis.QuestionId is { } question ? await HistoryAsync(db, question, cancellation) : analysis.GivenHistory,
            MaxNewTokens = analysis.MaxNewTokens,
        };
    }

    /// <summary>The questions before this one on its branch, as long as they are about the same picture and were answered.</summary>
    private async Task<IReadOnlyList<ConversationTurn>> HistoryAsync(SidaDb db, Guid questionId, CancellationToken cancellation)
    {
        List<ConversationTurn> turns = [];
        Question question = await db.Questions.AsNoTracking().SingleAsync(row => row.Id == questionId, cancellation);
        while (turns.Count < options.Value.HistoryTurns && question.ParentAnalysisId is { } parent)
        {
            Analysis? answer = await db.Analyses.AsNoTracking().Include(row => row.Question).FirstOrDefaultAsync(row => row.Id == parent, cancellation);
            if (answer is not { State: AnalysisState.Finished, Question: { } earlier } || answer.PictureId != question.PictureId)
            {
                break;
            }

            turns.Insert(0, new ConversationTurn(earlier.Text, answer.Text, SnapshotReader.Document(answer)?.AnswerTokens));
            question = earlier;
        }

        return turns;
    }

    [LoggerMessage(EventId = 400, Level = LogLevel.Warning, Message = "Analysis {Analysis} by {Model} failed: {Problem}")]
    private static partial void AnalysisFailed(ILogger logger, Guid analysis, string model, string problem);

    [LoggerMessage(EventId = 401, Level = LogLevel.Error, Message = "Analysis {Analysis} by {Model} broke")]
    private static partial void AnalysisBroke(ILogger logger, Exception error, Guid analysis, string model);
}
