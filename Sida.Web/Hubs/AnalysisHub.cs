using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.SignalR;
using Sida.Web.Access;
using Sida.Web.Api;
using Sida.Web.Work;

namespace Sida.Web.Hubs;

/// <summary>
/// Analyses over SignalR. Streams carry the messages of <see cref="AnalysisMessage"/>; pictures and masks as files travel by HTTP.
/// Leaving a stream doesn't stop the work: that is what <see cref="Cancel"/> is for.
/// </summary>
internal sealed class AnalysisHub(AnalysisService analyses, OrderReader orders) : Hub
{
    public const string Address = "/hubs/analysis";

    private Caller Caller => Context.User?.FindCaller() ?? throw new NotFoundException("Nobody is connected.");

    /// <summary>Asks a model about a picture and follows it to the end.</summary>
    public async IAsyncEnumerable<AnalysisMessage> Analyze(OrderRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        AnalysisOrder order = await orders.ReadOneAsync(Caller, request, cancellation);
        AnalysisSnapshot started = await analyses.StartAsync(Caller, order, cancellation);
        await foreach (AnalysisMessage message in analyses.ReadAsync(Caller, started.Id, 0, cancellation))
        {
            yield return message;
        }
    }

    /// <summary>Follows an analysis from a message on, as after a lost connection.</summary>
    public IAsyncEnumerable<AnalysisMessage> Follow(Guid id, int from, CancellationToken cancellation) => analyses.ReadAsync(Caller, id, from, cancellation);

    /// <summary>Stops an analysis; what there is of the answer is kept.</summary>
    public Task Cancel(Guid id) => analyses.StopAsync(Caller, id, Context.ConnectionAborted);
}
