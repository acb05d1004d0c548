namespace Sida.Web.Review.Webhooks;

/// <summary>What an address can be told of.</summary>
[Flags]
public enum WebhookEvents
{
    None = 0,

    /// <summary>A version was saved, drafts left out.</summary>
    VersionSaved = 1,

    /// <summary>An item waits for a reviewer.</summary>
    ItemSubmitted = 2,

    /// <summary>An item was accepted.</summary>
    ItemAccepted = 4,

    /// <summary>An item was sent back.</summary>
    ItemReturned = 8,

    /// <summary>Items were added.</summary>
    ItemsAdded = 16,

    /// <summary>An export is ready.</summary>
    ExportFinished = 32,

    /// <summary>A trial, sent by hand.</summary>
    Ping = 64,

    All = VersionSaved | ItemSubmitted | ItemAccepted | ItemReturned | ItemsAdded | ExportFinished,
}
