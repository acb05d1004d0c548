namespace Sida.Web.Data.Entities;

/// <summary>A row that belongs to one owner. Every query of a caller sees only rows with the caller's own id.</summary>
internal interface IOwned
{
    Guid OwnerId { get; }
}
