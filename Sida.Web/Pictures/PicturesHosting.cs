using Sida.Web.Hosting;

namespace Sida.Web.Pictures;

/// <summary>Uploads and what is served of them.</summary>
internal static class PicturesHosting
{
    public static void AddPictures(this WebApplicationBuilder builder)
    {
        builder.Services.AddSettings<UploadOptions>(UploadOptions.Section);
        builder.Services.AddSingleton<PictureStore>();
        builder.Services.AddSingleton<PictureIntake>();
        builder.Services.AddSingleton<IAddressRule, PublicWebServers>();
        builder.Services.AddSingleton<PictureFetcher>();
        builder.Services.AddSingleton<PictureService>();
        builder.Services.AddSingleton<MaskPictures>();
    }
}
