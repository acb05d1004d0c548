namespace Sida.Web.Conversations;

/// <summary>Conversations and what keeps them within their limits.</summary>
internal static class ConversationsHosting
{
    public static void AddConversations(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ConversationService>();
        builder.Services.AddSingleton<AskingService>();
        builder.Services.AddSingleton<Retention>();
        builder.Services.AddHostedService<RetentionTimer>();
    }
}
