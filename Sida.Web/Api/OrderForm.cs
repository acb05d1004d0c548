using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Pictures;
using Sida.Web.Work;

namespace Sida.Web.Api;

/// <summary>Reads multipart/form-data part by part: each picture goes to disk as it arrives, nothing large is ever in memory.</summary>
internal sealed class OrderForm(PictureService pictures)
{
    /// <summary>Pictures in one request.</summary>
    public const int MaxPictures = 16;

    private const int MaxFieldLength = 64 << 10;
    private const int MaxParts = MaxPictures + 8;

    public static bool IsForm(HttpRequest request) => request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) ?? false;

    /// <exception cref="RequestException">It is not such a form, or a field is missing, unknown or out of range.</exception>
    public async Task<IReadOnlyList<AnalysisOrder>> ReadAsync(Caller caller, HttpRequest request, CancellationToken cancellation)
    {
        List<Guid> images = [];
        Dictionary<string, string> fields = [];
        MultipartReader parts = new(Boundary(request), request.Body) { HeadersCountLimit = 8, HeadersLengthLimit = 4 << 10 };
        try
        {
            for (int count = 0; await parts.ReadNextSectionAsync(cancellation) is { } part; count++)
            {
                if (count == MaxParts)
                {
                    throw new RequestException($"The form has more than {MaxParts} parts.");
                }

                await TakeAsync(caller, part, images, fields, cancellation);
            }
        }
        catch (Exception error) when (error is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new RequestException($"The form is not valid multipart/form-data: {error.Message}", error);
        }

        if (images.Count == 0)
        {
            throw new RequestException("There is no picture: send one or more files named \"image\".");
        }

        string prompt = OrderReader.Prompt(fields.GetValueOrDefault("prompt"), fields.GetValueOrDefault("preset"));
        return [.. images.Select(image => new AnalysisOrder(image, prompt, fields.GetValueOrDefault("model"), MaxNewTokens(fields)))];
    }

    private async Task TakeAsync(Caller caller, MultipartSection part, List<Guid> images, Dictionary<string, string> fields, CancellationToken cancellation)
    {
        if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out ContentDispositionHeaderValue? disposition))
        {
            throw new RequestException("A part of the form has no name.");
        }

        string name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
        if (name is "image" or "image[]")
        {
            if (images.Count == MaxPictures)
            {
                throw new RequestException($"The form has more than {MaxPictures} pictures. Send several requests.");
            }

            string file = (disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName)).ToString();
            images.Add((await pictures.AddAsync(caller, part.Body, file, cancellation)).Id);
        }
        else if (name is "prompt" or "preset" or "model" or "maxNewTokens")
        {
            fields[name] = await FieldAsync(name, part, cancellation);
        }
        else
        {
            throw new RequestException($"The form has a field \"{name}\"; known are image, prompt, preset, model and maxNewTokens.");
        }
    }

    private static async Task<string> FieldAsync(string name, MultipartSection part, CancellationToken cancellation)
    {
        using StreamReader reader = new(part.Body);
        char[] text = new char[MaxFieldLength + 1];
        int length = await reader.ReadBlockAsync(text, cancellation);
        return length <= MaxFieldLength ? new string(text, 0, length) : throw new RequestException($"The field \"{name}\" is longer than {MaxFieldLength} characters.");
    }

    private static int? MaxNewTokens(Dictionary<string, string> fields)
    {
        if (!fields.TryGetValue("maxNewTokens", out string? text))
        {
            return null;
        }

        return int.TryParse(text, CultureInfo.InvariantCulture, out int tokens) ? tokens : throw new RequestException($"maxNewTokens is \"{text}\"; it must be a whole number.");
    }

    private static string Boundary(HttpRequest request)
    {
        string boundary = MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type) ? HeaderUtilities.RemoveQuotes(type.Boundary).ToString() : "";
        return boundary.Length is > 0 and <= 100 ? boundary : throw new RequestException("The form has no boundary.");
    }
}
