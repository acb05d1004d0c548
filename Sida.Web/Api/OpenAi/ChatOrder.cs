using System.Text.Json;
using Sida.Engine;
using Sida.Engine.Language.Prompts;
using Sida.Web.Access;
using Sida.Web.Models;
using Sida.Web.Pictures;
using Sida.Web.Work;

namespace Sida.Web.Api.OpenAi;

/// <summary>Turns a chat into an order: the last question, about the last picture, after what was said before about it.</summary>
internal sealed class ChatOrder(PictureService pictures, ModelHost models)
{
    private const string UploadedPicture = "/api/pictures/";
    private const int MaxMessages = 100;

    /// <exception cref="RequestException">There is no question or no picture, or something has a form that is not known.</exception>
    public async Task<AnalysisOrder> ReadAsync(Caller caller, ChatRequest request, CancellationToken cancellation)
    {
        if (request.N is > 1)
        {
            throw new RequestException("n is more than 1; one answer is given.");
        }

        if (request.Messages is null or { Count: 0 or > MaxMessages } || request.Messages.Contains(null!))
        {
            throw new RequestException($"messages must have 1 to {MaxMessages} messages.");
        }

        string? picture = null;
        List<ConversationTurn> history = [];
        string? question = null;
        foreach (ChatMessage message in request.Messages)
        {
            if (message.Role == "user")
            {
                (question, string? url) = Read(message);
                if (url is not null)
                {
                    // The model sees one picture: what was said about an earlier one would only mislead it.
                    picture = url;
                    history.Clear();
                }
            }
            else if (message.Role == "assistant" && question is not null)
            {
                history.Add(new ConversationTurn(question, Read(message).Text));
                question = null;
            }
        }

        if (question is null || picture is null)
        {
            throw new RequestException(question is null ? "The last message must be the user's." : "There is no picture: add a part {\"type\": \"image_url\", \"image_url\": {\"url\": \"data:image/...;base64,...\"}}.");
        }

        string prompt = question.Length > 0 ? question : PromptPresets.Detect;
        string model = models.Resolve(string.IsNullOrEmpty(request.Model) ? null : request.Model);
        Guid id = await StoreAsync(caller, picture, cancellation);
        return new AnalysisOrder(id, prompt, model, request.MaxCompletionTokens ?? request.MaxTokens) { History = history };
    }

    private static (string Text, string? Picture) Read(ChatMessage message)
    {
        if (message.Content.ValueKind == JsonValueKind.String)
        {
            return (message.Content.GetString()!, null);
        }

        List<ChatPart> parts = Parts(message.Content);
        if (parts.Find(part => part.Type is not ("text" or "image_url")) is { } unknown)
        {
            throw new RequestException($"A part has the type \"{unknown.Type}\"; known are text and image_url.");
        }

        return (string.Join('\n', parts.Select(part => part.Text).OfType<string>()), parts.LastOrDefault(part => part.ImageUrl is not null)?.ImageUrl!.Url);
    }

    private static List<ChatPart> Parts(JsonElement content)
    {
        try
        {
            return content.ValueKind == JsonValueKind.Array && content.Deserialize<List<ChatPart>>(WebJson.Options) is { } parts && !parts.Contains(null!)
                ? parts
                : throw new RequestException("A message's content must be a string or a list of parts.");
        }
        catch (JsonException error)
        {
            throw new RequestException($"A part of a message can't be read: {error.Message}", error);
        }
    }

    private async Task<Guid> StoreAsync(Caller caller, string url, CancellationToken cancellation)
    {
        if (url.StartsWith(UploadedPicture, StringComparison.Ordinal) && Guid.TryParse(url[UploadedPicture.Length..], out Guid id))
        {
            return (await pictures.GetAsync(caller, id, cancellation)).Id;
        }

        if (!url.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            return (await pictures.AddFromUrlAsync(caller, url, cancellation)).Id;
        }

        int comma = url.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0 || !url.AsSpan(0, comma).EndsWith(";base64", StringComparison.OrdinalIgnoreCase))
        {
            throw new RequestException("The picture's data URI must be base64: data:image/png;base64,...");
        }

        byte[] bytes = new byte[(url.Length - comma) / 4 * 3 + 3];
        if (!Convert.TryFromBase64Chars(url.AsSpan(comma + 1), bytes, out int length))
        {
            throw new RequestException("The picture's data URI is not valid base64.");
        }

        return (await pictures.AddAsync(caller, new MemoryStream(bytes, 0, length), "picture", cancellation)).Id;
    }
}
