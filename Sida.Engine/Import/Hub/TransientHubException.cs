namespace Sida.Engine.Import.Hub;

/// <summary>A failure that may pass: <see cref="HubRetry"/> tries again and makes a <see cref="HubException"/> of it in the end.</summary>
internal sealed class TransientHubException(string message, TimeSpan? retryAfter = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>How long the hub asks to wait.</summary>
    public TimeSpan? RetryAfter => retryAfter;
}
