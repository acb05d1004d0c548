using Sida.Web.Access;
using Sida.Web.Accounts;
using Sida.Web.Api;
using Sida.Web.Components;
using Sida.Web.Conversations;
using Sida.Web.Data;
using Sida.Web.Hosting;
using Sida.Web.Hubs;
using Sida.Web.Models;
using Sida.Web.Pictures;
using Sida.Web.Review;
using Sida.Web.Work;

return await ServerHosting.RunAsync(Build);

WebApplication Build()
{
    WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions
    {
        Args = args,
        // Settings and static files lie beside the program, wherever it is started from.
        ContentRootPath = AppContext.BaseDirectory,
    });

    builder.AddServer();
    builder.AddSecurity();
    builder.AddTelemetry();
    builder.AddData();
    builder.AddAccess();
    builder.AddAccounts();
    builder.AddModels();
    builder.AddPictures();
    builder.AddWork();
    builder.AddConversations();
    builder.AddReview();
    builder.AddReviewTools();
    builder.AddApi();
    builder.AddHubs();
    builder.AddPages();

    WebApplication app = builder.Build();

    app.UseSecurity();
    app.MapHealth();
    app.MapAccounts();
    app.MapApi();
    app.MapHubs();
    app.MapPages();
    return app;
}
