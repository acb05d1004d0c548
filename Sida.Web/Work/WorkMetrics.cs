using System.Diagnostics;
using System.Diagnostics.Metrics;
using Sida.Web.Data.Entities;

namespace Sida.Web.Work;

/// <summary>What operators watch: how long questions wait and run, how they end, how fast answers are written.</summary>
internal sealed class WorkMetrics : IDisposable
{
    private readonly ActivitySource _activities = new("Sida.Web.Work");
    private readonly Meter _meter;
    private readonly Histogram<double> _waited;
    private readonly Histogram<double> _stages;
    private readonly Histogram<double> _tokensPerSecond;
    private readonly Counter<long> _ended;

    public WorkMetrics(IMeterFactory meters, AnalysisQueue queue)
    {
        _meter = meters.Create("Sida.Web.Work");
        _waited = _meter.CreateHistogram<double>("sida.analysis.wait", "s", "From the question to its turn");
        _stages = _meter.CreateHistogram<double>("sida.analysis.stage", "s", "Duration of each stage");
        _tokensPerSecond = _meter.CreateHistogram<double>("sida.analysis.tokens_per_second", "{token}/s", "Speed of finished answers");
        _ended = _meter.CreateCounter<long>("sida.analysis.ended", "{analysis}", "Analyses that ended, by how");
        _meter.CreateObservableGauge("sida.analysis.waiting", () => queue.Waiting, "{analysis}", "Analyses in the queue");
        _meter.CreateObservableGauge("sida.analysis.running", () => queue.Running, "{analysis}", "Analyses that run");
    }

    public void Dispose()
    {
        _activities.Dispose();
        _meter.Dispose();
    }

    /// <summary>An analysis got its turn.</summary>
    public Activity? Begin(AnalysisRun run)
    {
        _waited.Record(run.Number(new StoppedMessage()).Milliseconds / 1000);
        return _activities.StartActivity("analysis")?.SetTag("sida.model", run.Analysis.Model);
    }

    /// <summary>An analysis is over.</summary>
    public void Ended(AnalysisRun run, Activity? activity)
    {
        AnalysisSnapshot end = run.Snapshot;
        TagList tags = new() { { "sida.model", end.Model }, { "sida.state", end.State.ToString() } };
        _ended.Add(1, tags);
        double last = run.Number(new StoppedMessage()).Milliseconds;
        for (int i = 0; i < end.Stages.Count; i++)
        {
            double until = i + 1 < end.Stages.Count ? end.Stages[i + 1].Milliseconds : last;
            _stages.Record((until - end.Stages[i].Milliseconds) / 1000, new KeyValuePair<string, object?>("sida.stage", end.Stages[i].Stage.ToString()));
        }

        if (end.Document is { Timings.Answer: > 0 } document)
        {
            _tokensPerSecond.Record(document.AnswerTokens.Count * 1000 / document.Timings.Answer.Value, new KeyValuePair<string, object?>("sida.model", end.Model));
        }

        activity?.SetTag("sida.state", end.State.ToString());
        activity?.SetStatus(end.State == AnalysisState.Failed ? ActivityStatusCode.Error : ActivityStatusCode.Ok, end.FailureKind);
    }
}
