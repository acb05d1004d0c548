using Sida.Web.Hosting;
using Sida.Web.Review.Api;
using Sida.Web.Review.Comments;
using Sida.Web.Review.Editing;
using Sida.Web.Review.Projects;
using Sida.Web.Review.Quality;
using Sida.Web.Review.Queue;
using Sida.Web.Review.Webhooks;

namespace Sida.Web.Review;

/// <summary>Reviews: people correct what models said, and others look after it.</summary>
internal static class ReviewHosting
{
    public static void AddReview(this WebApplicationBuilder builder)
    {
        builder.Services.AddSettings<ReviewOptions>(ReviewOptions.Section);
        builder.Services.AddSingleton<ReviewJournal>();
        builder.Services.AddSingleton<ProjectService>();
        builder.Services.AddSingleton<MemberService>();
        builder.Services.AddSingleton<Reservations>();
        builder.Services.AddSingleton<ItemIntake>();
        builder.Services.AddSingleton<ItemReader>();
        builder.Services.AddSingleton<ItemService>();
        builder.Services.AddSingleton<TakingService>();
        builder.Services.AddSingleton<AssignmentService>();
        builder.Services.AddSingleton<VersionReader>();
        builder.Services.AddSingleton<VersionWriter>();
        builder.Services.AddSingleton<Submission>();
        builder.Services.AddSingleton<EditingService>();
        builder.Services.AddSingleton<DecisionService>();
        builder.Services.AddSingleton<Comparisons>();
        builder.Services.AddSingleton<AgreementService>();
        builder.Services.AddSingleton<HoneypotService>();
        builder.Services.AddSingleton<DashboardService>();
        builder.Services.AddSingleton<AuditService>();
        builder.Services.AddSingleton<CommentReader>();
        builder.Services.AddSingleton<CommentService>();
        builder.Services.AddSingleton<DeliverySignal>();
        builder.Services.AddSingleton<WebhookSecrets>();
        builder.Services.AddSingleton<WebhookSender>();
        builder.Services.AddSingleton<WebhookService>();
        builder.Services.AddSingleton<DeliveryWorker>();
        builder.Services.AddHostedService(services => services.GetRequiredService<DeliveryWorker>());
        builder.Services.AddSingleton<GuidelinePictures>();
        builder.Services.AddSingleton<ItemFiles>();
    }

    public static void MapReview(IEndpointRouteBuilder api, long maxUpload)
    {
        ProjectRoutes.Map(api, maxUpload);
        ItemRoutes.Map(api, maxUpload);
        QualityRoutes.Map(api);
        WebhookRoutes.Map(api);
    }
}
