using Sida.Engine;
using Sida.Engine.Language.Prompts;
using Sida.Web.Access;
using Sida.Web.Pictures;
using Sida.Web.Work;

namespace Sida.Web.Api;

/// <summary>Turns what programs send into orders, fetching or storing pictures on the way.</summary>
internal sealed class OrderReader(PictureService pictures)
{
    private const string DefaultPreset = "detect";

    /// <exception cref="RequestException">There is no picture or there are two, or both a prompt and a preset.</exception>
    public async Task<AnalysisOrder> ReadOneAsync(Caller caller, OrderRequest request, CancellationToken cancellation)
    {
        string prompt = Prompt(request.Prompt, request.Preset);
        if ((request.PictureId is null) == (request.ImageUrl is null))
        {
            throw new RequestException("Give either pictureId (of POST /api/pictures) or imageUrl.");
        }

        Guid picture = request.PictureId ?? (await pictures.AddFromUrlAsync(caller, request.ImageUrl!, cancellation)).Id;
        return new AnalysisOrder(picture, prompt, request.Model, request.MaxNewTokens);
    }

    /// <summary>The question: a prompt, or an official one by name.</summary>
    /// <exception cref="RequestException">Both were given, or the name is unknown.</exception>
    public static string Prompt(string? prompt, string? preset) => prompt is null
        ? PromptPresets.Get(preset ?? DefaultPreset)
        : preset is null ? prompt : throw new RequestException("Give either a prompt or a preset.");
}
