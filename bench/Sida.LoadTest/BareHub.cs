using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sida.Engine.Analysis;
using Sida.Web.Api;
using Sida.Web.Tests.Web;
using Sida.Web.Work;

namespace Sida.LoadTest;

/// <summary>The peer: a hub that streams the same messages from memory, without keys, owners, a queue, or anything stored.</summary>
internal sealed class BareHub : Hub
{
    public static async Task<WebApplication> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSignalR().AddJsonProtocol(json => WebJson.Configure(json.PayloadSerializerOptions));
        WebApplication app = builder.Build();
        app.MapHub<BareHub>("/hub");
        await app.StartAsync();
        return app;
    }

    public async IAsyncEnumerable<AnalysisMessage> Analyze(OrderRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Context.ConnectionAborted.ThrowIfCancellationRequested();
        int sequence = 0;
        yield return new AcceptedMessage { Id = Guid.NewGuid(), Model = "bare", Sequence = sequence++ };
        yield return new StageMessage { Stage = WorkStage.Loading, Sequence = sequence++ };
        await foreach (AnalysisEvent step in new ScriptedAnswer { Prompt = request.Prompt! }.PlayAsync(cancellation))
        {
            yield return Message(step) with { Sequence = sequence++ };
        }
    }

    private static AnalysisMessage Message(AnalysisEvent step) => step switch
    {
        StageEvent stage => new StageMessage { Stage = Enum.Parse<WorkStage>(stage.Stage.ToString()) },
        ImageEvent image => new ImageMessage { Image = image.Image },
        VerdictEvent verdict => new VerdictMessage { Verdict = verdict.Verdict, Probabilities = verdict.Probabilities },
        TokenEvent token => new TokenMessage { Token = token.Token, Text = token.Text },
        MaskEvent mask => new MaskMessage { Mask = new MaskView(mask.Index, mask.Mask.Width, mask.Mask.Height, mask.Mask.ForegroundPixels, mask.Mask.FindBounds(), mask.Mask.FindPlace(), Engine.Imaging.RunLengthCode.Encode(mask.Mask).ToString(), "", "") },
        FinishedEvent finished => new FinishedMessage { Document = AnalysisJson.Document(finished.Result, ScriptedModels.Manifest("bare"), new string('a', 64), "script") },
        _ => throw new NotSupportedException(step.GetType().Name),
    };
}
