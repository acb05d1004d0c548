using Sida.Web.Components;
using Sida.Web.Hosting;

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
    builder.AddPages();

    WebApplication app = builder.Build();

    app.UseSecurity();
    app.MapHealth();
    app.MapPages();
    return app;
}
