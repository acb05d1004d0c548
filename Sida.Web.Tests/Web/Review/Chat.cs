using Microsoft.Extensions.DependencyInjection;
using Sida.Web.Access;
using Sida.Web.Conversations;
using Sida.Web.Pictures;
using Sida.Web.Work;

namespace Sida.Web.Tests.Web.Review;

/// <summary>A question in the chat, answered.</summary>
internal static class Chat
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<(Guid Picture, Guid Analysis)> AskAsync(SidaServer server, Caller who, int seed = 5)
    {
        PictureView picture = await server.Services.GetRequiredService<PictureService>().AddAsync(who, new MemoryStream(SidaUser.Picture(seed)), "chat.png", Cancellation);
        Asked asked = await server.Services.GetRequiredService<AskingService>().AskAsync(who, new Ask { PictureId = picture.Id, Text = "Is this real?" }, Cancellation);
        await server.Services.GetRequiredService<AnalysisService>().ReadAsync(who, asked.AnalysisIds[0], 0, Cancellation).LastAsync(Cancellation);
        return (picture.Id, asked.AnalysisIds[0]);
    }

    public static async Task ForgetAsync(SidaServer server, Caller who)
    {
        ConversationService conversations = server.Services.GetRequiredService<ConversationService>();
        foreach (ConversationSummary one in await conversations.ListAsync(who, new ConversationQuery(), Cancellation))
        {
            await conversations.DeleteAsync(who, one.Id, Cancellation);
        }
    }
}
