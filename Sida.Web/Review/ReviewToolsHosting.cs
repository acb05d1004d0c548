using Microsoft.Extensions.Options;
using Sida.Web.Review.Asking;
using Sida.Web.Review.Forensics;
using Sida.Web.Review.Formats;
using Sida.Web.Review.Formats.Import;
using Sida.Web.Review.Formats.Jobs;
using Sida.Web.Review.Segment;

namespace Sida.Web.Review;

/// <summary>What stands beside the queue: SAM by clicks, forensic helpers, asking models, exports and imports.</summary>
internal static class ReviewToolsHosting
{
    public static void AddReviewTools(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ItemPictures>();
        builder.Services.AddSingleton<SegmentService>();
        builder.Services.AddSingleton<ForensicsService>();
        builder.Services.AddSingleton<PictureFiles>();
        builder.Services.AddSingleton<ExportSource>();
        builder.Services.AddSingleton<ExportPlanner>();
        builder.Services.AddSingleton<Exporter>();
        builder.Services.AddSingleton<PictureTaker>();
        builder.Services.AddSingleton<ModelAnnotator>();
        builder.Services.AddSingleton<ModelRun>();
        builder.Services.AddSingleton<Importer>();
        builder.Services.AddSingleton<ExchangeFolder>();
        builder.Services.AddSingleton<ExchangeJobs>();
        builder.Services.AddSingleton<ExchangeService>();
        builder.Services.AddHostedService<ExchangeWorker>();
    }

    public static void MapReviewTools(IEndpointRouteBuilder api, IServiceProvider services)
    {
        SegmentRoutes.Map(api);
        ForensicsRoutes.Map(api);
        ExchangeRoutes.Map(api, services.GetRequiredService<IOptions<ReviewOptions>>().Value.MaxUploadBytes);
    }
}
